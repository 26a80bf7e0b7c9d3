//! What became of each request: the record that telecrm does not keep.

use std::collections::VecDeque;

use serde::Serialize;

use crate::Code;

/// How many deliveries an emulator remembers. The oldest make room for the newest.
pub const DELIVERIES_KEPT: usize = 10_000;

/// One request to the Async endpoint and what became of it.
///
/// A request that telecrm would refuse (401, 400 …) is a delivery too: its lead is dropped, and
/// as the sender was told, nothing was dropped *silently*, so [`drops`](Self::drops) is empty.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Delivery {
    /// The HTTP status of the answer.
    pub status: u16,
    /// Whether the lead was stored.
    pub lead: Outcome,
    /// The identifier under which telecrm looks the lead up (a phone with its country code, an
    /// email trimmed); `None` where the lead was dropped.
    pub identifier: Option<String>,
    /// What telecrm would have dropped, or created, without a word.
    pub drops: Vec<Drop>,
}

/// Whether a lead was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Outcome {
    /// The lead was created or updated, perhaps without some of what was sent.
    Stored,
    /// Nothing of the request was kept.
    Dropped,
}

/// One thing that background processing does not do as it was told, and never says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Drop {
    /// Where in the body: `fields.<API name>`, `actions[<index>].type`,
    /// `actions[<index>].fields.<API name>`, `actions[<index>].<key>`, or a stray top-level key.
    pub path: String,
    /// Which rule.
    pub code: Code,
    /// A sentence: what was sent, what the rule is, what would have been kept. It quotes the
    /// value that was sent (cut short), as this is a tool for tests on one's own machine.
    pub reason: String,
}

/// The last [`DELIVERIES_KEPT`] deliveries, newest last.
#[derive(Debug, Default)]
pub(crate) struct Log(VecDeque<Delivery>);

impl Log {
    pub(crate) fn push(&mut self, delivery: Delivery) {
        if self.0.len() >= DELIVERIES_KEPT {
            self.0.pop_front();
        }
        self.0.push_back(delivery);
    }

    pub(crate) fn to_vec(&self) -> Vec<Delivery> {
        self.0.iter().cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_is_written_as_the_contract_shows_it() {
        let delivery = Delivery {
            status: 200,
            lead: Outcome::Stored,
            identifier: Some("919999999999".to_owned()),
            drops: vec![Drop {
                path: "fields.deal_size".to_owned(),
                code: Code::D01,
                reason: "why".to_owned(),
            }],
        };
        assert_eq!(
            serde_json::to_string(&delivery).expect("plain data"),
            r#"{"status":200,"lead":"stored","identifier":"919999999999","drops":[{"path":"fields.deal_size","code":"D01","reason":"why"}]}"#
        );
        assert_eq!(delivery.drops[0].code, "D01");
    }

    #[test]
    fn the_log_is_bounded_and_keeps_the_newest() {
        let mut log = Log::default();
        for n in 0..=DELIVERIES_KEPT {
            log.push(Delivery {
                status: 200,
                lead: Outcome::Stored,
                identifier: Some(n.to_string()),
                drops: Vec::new(),
            });
        }
        let kept = log.to_vec();
        assert_eq!(kept.len(), DELIVERIES_KEPT);
        assert_eq!(kept[0].identifier.as_deref(), Some("1"));
    }
}
