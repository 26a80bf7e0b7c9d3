//! Numbers of each enterprise in one outbox, and the enterprises without a client.

use std::collections::BTreeMap;

use crate::clock::{Millis, between};
use crate::entry::{State, Stats};

/// The numbers of one enterprise, from [`Outbox::enterprises`](crate::Outbox::enterprises).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnterpriseStats {
    /// The enterprise id, or `None` for entries whose schema has none.
    pub enterprise_id: Option<String>,
    /// The entries of the enterprise in each state. All of its open entries are
    /// [`unassigned`](Stats::unassigned) while no worker has its client.
    pub stats: Stats,
    /// Whether a worker has a client of the enterprise, or had one when the last worker ended.
    pub has_client: bool,
    /// Whether an operator paused the delivery of this enterprise
    /// ([`EnterpriseOutbox::pause`](crate::EnterpriseOutbox::pause)).
    pub is_paused: bool,
}

/// Collects [`EnterpriseStats`] from the rows of a database.
pub(crate) struct StatsByEnterprise {
    now: Millis,
    counts_expiring: bool,
    enterprises: BTreeMap<String, EnterpriseStats>,
}

impl StatsByEnterprise {
    /// `counts_expiring`: a worker stored its `attention_retention`.
    pub(crate) fn new(now: Millis, counts_expiring: bool) -> Self {
        Self { now, counts_expiring, enterprises: BTreeMap::new() }
    }

    fn of(&mut self, enterprise: String) -> &mut EnterpriseStats {
        let enterprise_id = Some(&enterprise).filter(|id| !id.is_empty()).cloned();
        let expiring = self.counts_expiring.then_some(0);
        self.enterprises.entry(enterprise).or_insert_with(|| {
            let stats = Stats::with_expiring(expiring);
            EnterpriseStats { enterprise_id, stats, ..EnterpriseStats::default() }
        })
    }

    pub(crate) fn add_clients(&mut self, enterprises: Vec<String>) {
        for enterprise in enterprises {
            self.of(enterprise).has_client = true;
        }
    }

    pub(crate) fn add_pauses(&mut self, enterprises: Vec<String>) {
        for enterprise in enterprises {
            self.of(enterprise).is_paused = true;
        }
    }

    /// Adds the entries of one state: their number, the number of those that lose their data soon, and
    /// the time since which the oldest one has been in it.
    pub(crate) fn add_entries(
        &mut self,
        enterprise: String,
        state: State,
        [count, expiring]: [u64; 2],
        oldest: Millis,
    ) {
        let age = between(oldest, self.now);
        let numbers = &mut self.of(enterprise).stats;
        *numbers.of_mut(state) = count;
        if let Some(sum) = &mut numbers.expiring {
            *sum += expiring;
        }
        numbers.set_oldest(state, Some(age));
    }

    pub(crate) fn finish(self) -> Vec<EnterpriseStats> {
        let mut enterprises: Vec<_> = self.enterprises.into_values().collect();
        let is_reported = enterprises.iter().any(|enterprise| enterprise.has_client);
        for EnterpriseStats { enterprise_id, stats, has_client, .. } in &mut enterprises {
            if enterprise_id.is_none() || (is_reported && !*has_client) {
                stats.unassigned = stats.queued + stats.sending;
            }
        }
        enterprises
    }
}

/// Enterprises whose entries wait, and enterprises that workers have a client for.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    /// The empty text stands for entries without enterprise.
    pub(crate) enterprises: Vec<String>,
    pub(crate) clients: Vec<String>,
}

impl Waiting {
    /// The enterprises whose entries no client delivers. Entries without enterprise belong to the only
    /// client, if no other enterprise has entries.
    pub(crate) fn without_client(&self) -> impl Iterator<Item = &str> {
        let is_foreign = |enterprise: &String| !self.clients.contains(enterprise);
        let is_mixed = self.clients.len() > 1
            || self.enterprises.iter().any(|id| !id.is_empty() && is_foreign(id));
        let waiting = self.enterprises.iter();
        waiting
            .filter(move |id| if id.is_empty() { is_mixed } else { is_foreign(id) })
            .map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_without_enterprise_belong_to_the_only_client() {
        let of = |enterprises: &[&str], clients: &[&str]| {
            let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
            let waiting = Waiting { enterprises: owned(enterprises), clients: owned(clients) };
            waiting.without_client().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(of(&["", "acme"], &["acme"]), [""; 0]);
        assert_eq!(of(&["", "acme"], &["acme", "gupta"]), [""]);
        assert_eq!(of(&["", "acme", "other"], &["acme"]), ["", "other"]);
        assert_eq!(of(&["acme", "gupta", "other"], &["acme", "gupta"]), ["other"]);
    }
}
