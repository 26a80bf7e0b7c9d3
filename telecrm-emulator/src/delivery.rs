//! What became of each request: the record that telecrm does not keep.

use std::collections::VecDeque;

use serde::Serialize;

use telecrm_schema::validate::{LeadOutcome, Violation};

/// How many deliveries an emulator remembers. The oldest make room for the newest.
pub const DELIVERIES_KEPT: usize = 10_000;
/// How many bytes the remembered deliveries take in all, about. Where bodies or their drops are
/// large, fewer than [`DELIVERIES_KEPT`] are remembered.
pub const DELIVERY_BYTES_KEPT: usize = 64 * 1024 * 1024;
/// How much of a body is remembered, for the inspector page.
const PAYLOAD_KEPT: usize = 64 * 1024;

/// One request to the Async endpoint and what became of it.
///
/// A request that telecrm would refuse (401, 400 …) is a delivery too: its lead is dropped, and
/// as the sender was told, nothing was dropped *silently*, so [`drops`](Self::drops) is empty.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Delivery {
    /// The HTTP status of the answer; 0 where the connection was closed without one.
    pub status: u16,
    /// Whether the lead was stored.
    pub lead: LeadOutcome,
    /// The identifier under which telecrm looks the lead up (a phone with its country code, an
    /// email trimmed); `None` where the lead was dropped.
    pub identifier: Option<String>,
    /// What telecrm silently drops or creates.
    pub drops: Vec<Violation>,
    /// The fault that the request met, by its [name](crate::Fault::name). The JSON has this key
    /// only where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<&'static str>,
}

/// A delivery with what a person wants to see of it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Counted from 1 since the start or the last reset.
    pub(crate) number: u64,
    /// Milliseconds since 1970.
    pub(crate) at: u64,
    pub(crate) delivery: Delivery,
    /// The body as it came, as far as it is kept.
    pub(crate) payload: Payload,
    /// What a refusal says.
    pub(crate) message: Option<String>,
}

/// A body as it came, cut at [`PAYLOAD_KEPT`] bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Payload {
    pub(crate) text: String,
    /// How many bytes came.
    pub(crate) length: usize,
}

impl Payload {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let kept = &bytes[..bytes.len().min(PAYLOAD_KEPT)];
        Self { text: String::from_utf8_lossy(kept).into_owned(), length: bytes.len() }
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.length <= PAYLOAD_KEPT
    }
}

impl Entry {
    /// About how many bytes it holds.
    fn size(&self) -> usize {
        let drops = self.delivery.drops.iter();
        let drops: usize = drops.map(|it| 100 + it.path.len() + it.reason.len()).sum();
        200 + self.payload.text.len() + drops + self.message.as_ref().map_or(0, String::len)
    }
}

/// The last deliveries, newest last: at most [`DELIVERIES_KEPT`] of at most
/// [`DELIVERY_BYTES_KEPT`], and always the newest.
#[derive(Debug, Default)]
pub(crate) struct Log {
    entries: VecDeque<Entry>,
    bytes: usize,
    /// How many there ever were, those before a reset among them.
    pushed: u64,
}

impl Log {
    /// An empty one that counts on from where this one stands.
    pub(crate) fn emptied(&self) -> Self {
        Self { pushed: self.pushed, ..Self::default() }
    }

    pub(crate) fn pushed(&self) -> u64 {
        self.pushed
    }

    /// What was pushed since there were `seen`, as far as it is here.
    pub(crate) fn since(&self, seen: u64) -> Vec<Delivery> {
        let new = usize::try_from(self.pushed.saturating_sub(seen)).unwrap_or(usize::MAX);
        let old = self.entries.len().saturating_sub(new);
        self.entries.iter().skip(old).map(|entry| entry.delivery.clone()).collect()
    }

    pub(crate) fn push(&mut self, entry: Entry) {
        self.pushed += 1;
        self.bytes += entry.size();
        self.entries.push_back(entry);
        while self.entries.len() > DELIVERIES_KEPT
            || (self.bytes > DELIVERY_BYTES_KEPT && self.entries.len() > 1)
        {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes -= oldest.size();
        }
    }

    pub(crate) fn to_vec(&self) -> Vec<Delivery> {
        self.entries.iter().map(|entry| entry.delivery.clone()).collect()
    }

    /// Newest last.
    pub(crate) fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use telecrm_schema::validate::DropRule;

    #[test]
    fn a_delivery_is_written_as_the_contract_shows_it() {
        let delivery = Delivery {
            status: 200,
            lead: LeadOutcome::Stored,
            identifier: Some("919999999999".to_owned()),
            drops: vec![Violation::new("fields.deal_size", DropRule::WrongType, "why")],
            fault: None,
        };
        assert_eq!(
            serde_json::to_string(&delivery).expect("plain data"),
            r#"{"status":200,"lead":"stored","identifier":"919999999999","drops":[{"path":"fields.deal_size","code":"D01","reason":"why"}]}"#
        );
        assert_eq!(delivery.drops[0].rule.id(), "D01");
    }

    fn entry(number: usize, payload: &[u8]) -> Entry {
        Entry {
            number: u64::try_from(number).expect("small"),
            at: 0,
            delivery: Delivery {
                status: 200,
                lead: LeadOutcome::Stored,
                identifier: Some(number.to_string()),
                drops: Vec::new(),
                fault: None,
            },
            payload: Payload::new(payload),
            message: None,
        }
    }

    #[test]
    fn the_log_is_bounded_in_number_and_keeps_the_newest() {
        let mut log = Log::default();
        for n in 0..=DELIVERIES_KEPT {
            log.push(entry(n, b"{}"));
        }
        let kept = log.to_vec();
        assert_eq!((kept.len(), log.len()), (DELIVERIES_KEPT, DELIVERIES_KEPT));
        assert_eq!(kept[0].identifier.as_deref(), Some("1"));
    }

    #[test]
    fn the_log_is_bounded_in_bytes_and_keeps_the_newest() {
        let mut log = Log::default();
        let large = vec![b'x'; 1024 * 1024];
        for n in 0..3000 {
            log.push(entry(n, &large));
        }
        assert!(log.bytes <= DELIVERY_BYTES_KEPT);
        let kept = log.to_vec();
        assert_eq!(kept.len(), DELIVERY_BYTES_KEPT / (PAYLOAD_KEPT + 200));
        assert_eq!(kept.last().and_then(|it| it.identifier.as_deref()), Some("2999"));
        let last = log.entries().next_back().expect("the newest");
        assert_eq!((last.payload.text.len(), last.payload.length), (PAYLOAD_KEPT, 1024 * 1024));
    }
}
