//! Order of leads with the same identifier: a later lead waits for the earlier one.

use std::collections::{HashMap, VecDeque};

use crate::prepared::PreparedLead;

/// A lead of `send_all` that is ready to send.
pub(crate) struct Pending<K> {
    pub(crate) position: u64,
    pub(crate) key: K,
    pub(crate) lead: PreparedLead,
    /// The order key: leads with the same key do not overtake each other.
    pub(crate) order: String,
}

impl<K> Pending<K> {
    pub(crate) fn new(position: u64, key: K, lead: PreparedLead) -> Self {
        let order = order_key(lead.lead_key()).to_owned();
        Self { position, key, lead, order }
    }
}

/// Returns the digits that two spellings of one phone number have in common.
///
/// telecrm adds a missing country code, and national numbers have at least eight digits. If two
/// different leads have the same key, one of them only waits longer.
fn order_key(lead_key: &str) -> &str {
    const COMMON: usize = 8;

    let is_phone = lead_key.bytes().all(|byte| byte.is_ascii_digit());
    if is_phone { &lead_key[lead_key.len().saturating_sub(COMMON)..] } else { lead_key }
}

/// Queue that holds back a lead while an earlier lead with the same identifier is in flight.
pub(crate) struct InOrder<K> {
    /// For each order key in flight, the leads that wait for it.
    waiting: HashMap<String, VecDeque<Pending<K>>>,
    held: usize,
}

impl<K> Default for InOrder<K> {
    fn default() -> Self {
        Self { waiting: HashMap::new(), held: 0 }
    }
}

impl<K> InOrder<K> {
    /// Returns the lead if it may be sent now; otherwise holds it back.
    pub(crate) fn admit(&mut self, pending: Pending<K>) -> Option<Pending<K>> {
        if let Some(waiting) = self.waiting.get_mut(&pending.order) {
            waiting.push_back(pending);
            self.held += 1;
            return None;
        }
        self.waiting.insert(pending.order.clone(), VecDeque::new());
        Some(pending)
    }

    /// Marks a lead as done, and returns the next lead with the same identifier.
    pub(crate) fn done(&mut self, order: &str) -> Option<Pending<K>> {
        let next = self.waiting.get_mut(order).and_then(VecDeque::pop_front);
        match next {
            Some(_) => self.held -= 1,
            None => drop(self.waiting.remove(order)),
        }
        next
    }

    /// Returns the number of leads that are held back.
    pub(crate) fn held(&self) -> usize {
        self.held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_with_one_identifier_are_sent_in_order_in_any_spelling() {
        let mut order = InOrder::default();
        let pending = |position, key: &str| {
            let lead = PreparedLead::from_json(None, key, r#"{"fields":{}}"#).unwrap();
            Pending::new(position, (), lead)
        };
        let mut admit = |position, key| order.admit(pending(position, key)).is_some();
        assert!(admit(0, "919999999999"));
        assert!(admit(1, "918888888888"));
        assert!(!admit(2, "9999999999"));
        assert!(admit(3, "jane@example.com"));
        assert!(!admit(4, "919999999999"));
        assert_eq!(order.held(), 2);
        let mut next = |key: &str| order.done(order_key(key)).map(|next| next.position);
        assert_eq!(next("919999999999"), Some(2));
        assert_eq!(next("jane@example.com"), None);
        assert_eq!(next("9999999999"), Some(4));
        assert_eq!(next("9999999999"), None);
        assert_eq!(order.held(), 0);
        assert!(order.admit(pending(5, "919999999999")).is_some());
    }
}
