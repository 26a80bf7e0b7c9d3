//! Log of requests and their outcomes, which telecrm itself does not keep, and its counters.

use std::{
    collections::{BTreeMap, VecDeque},
    mem::size_of,
};

use serde::Serialize;
use telecrm_schema::validate::{DropRule, LeadOutcome, Violation};

use crate::size;

/// How many deliveries an emulator remembers. The oldest make room for the newest.
pub const MAX_DELIVERIES: usize = 10_000;
/// How many bytes the remembered deliveries own in all, unless the builder says otherwise. Where
/// bodies or their drops are large, fewer than [`MAX_DELIVERIES`] are remembered.
pub const MAX_DELIVERY_BYTES: usize = 64 * 1024 * 1024;
/// How much of a body is remembered.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// One request to the Async endpoint, and its outcome.
///
/// A request that telecrm would refuse (401, 400 …) is a delivery, too: its lead is dropped, and
/// [`message`](Self::message) says why. As the sender learns of it, nothing was dropped
/// *silently*, so [`drops`](Self::drops) is empty.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Delivery {
    /// Counted from 1 since the start or the last reset.
    pub number: u64,
    /// When it came, in Unix milliseconds, by the emulator's clock.
    pub time: u64,
    /// The HTTP status of the response; 0 where the connection was closed without one.
    pub status: u16,
    /// Whether the lead was stored.
    pub lead: LeadOutcome,
    /// The identifier under which telecrm looks the lead up (a phone with its country code, an
    /// email trimmed); `None` where the lead was dropped.
    pub identifier: Option<String>,
    /// Values that telecrm silently drops or creates.
    pub drops: Vec<Violation>,
    /// Why the request was refused or not processed, as the sender was told.
    pub message: Option<String>,
    /// The fault that was injected, by its [name](crate::Fault::name). The JSON has this key only
    /// where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<&'static str>,
    /// The body as it came, cut at 64 KiB. Bytes that are not UTF-8 are replaced.
    pub body: String,
    /// How many bytes the body had.
    pub body_bytes: usize,
}

/// A body as it came, cut at [`MAX_BODY_BYTES`] bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Payload {
    pub(crate) text: String,
    /// How many bytes came.
    pub(crate) length: usize,
}

impl Payload {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let kept = &bytes[..bytes.len().min(MAX_BODY_BYTES)];
        Self { text: String::from_utf8_lossy(kept).into_owned(), length: bytes.len() }
    }
}

impl Delivery {
    /// Whether all of the body is here.
    pub(crate) fn has_whole_body(&self) -> bool {
        self.body_bytes <= MAX_BODY_BYTES
    }

    /// How many bytes it takes, with everything that it owns.
    fn size(&self) -> usize {
        let texts = [&self.message, &self.identifier];
        let texts: usize = texts.into_iter().flatten().map(String::capacity).sum();
        size_of::<Self>() + self.body.capacity() + texts + size::of_violations(&self.drops)
    }
}

/// The last deliveries, newest last: at most [`MAX_DELIVERIES`] of at most so many bytes, and
/// always the newest.
#[derive(Debug)]
pub(crate) struct Log {
    deliveries: VecDeque<Delivery>,
    max_bytes: usize,
    bytes: usize,
    /// How many there ever were, those before a reset among them.
    pushed: u64,
}

impl Log {
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self { deliveries: VecDeque::new(), max_bytes, bytes: 0, pushed: 0 }
    }

    /// An empty one that counts on from where this one stands.
    pub(crate) fn emptied(&self) -> Self {
        Self { pushed: self.pushed, ..Self::new(self.max_bytes) }
    }

    pub(crate) fn pushed(&self) -> u64 {
        self.pushed
    }

    /// Deliveries that were pushed since there were `seen`, as far as they are remembered.
    pub(crate) fn since(&self, seen: u64) -> Vec<Delivery> {
        let new = usize::try_from(self.pushed.saturating_sub(seen)).unwrap_or(usize::MAX);
        let old = self.deliveries.len().saturating_sub(new);
        self.deliveries.iter().skip(old).cloned().collect()
    }

    pub(crate) fn push(&mut self, delivery: Delivery) {
        self.pushed += 1;
        self.bytes += delivery.size();
        self.deliveries.push_back(delivery);
        while self.deliveries.len() > MAX_DELIVERIES
            || (self.bytes > self.max_bytes && self.deliveries.len() > 1)
        {
            let Some(oldest) = self.deliveries.pop_front() else { break };
            self.bytes -= oldest.size();
        }
    }

    /// Newest last.
    pub(crate) fn deliveries(&self) -> &VecDeque<Delivery> {
        &self.deliveries
    }
}

/// Counts of deliveries since the start or the last reset. They stay exact however many there
/// are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Counters {
    /// Requests that were taken into the queue, as telecrm answers with `QUEUED`.
    pub queued: u64,
    /// Of these, requests that wait for processing (see
    /// [`hold_processing`](crate::Emulator::hold_processing)).
    pub waiting: u64,
    /// Of these, requests whose lead was created or updated.
    pub stored: u64,
    /// Of the stored, those of which nothing was dropped.
    pub clean: u64,
    /// Of the stored, those of which something was dropped, or created without being asked.
    pub with_drops: u64,
    /// Of the queued, requests whose whole lead was dropped.
    pub lost_whole: u64,
    /// Requests that were refused with a status, or met a fault before they were processed.
    pub refused: u64,
    /// Drops by catalogue id.
    pub drops: BTreeMap<DropRule, u64>,
}

impl Counters {
    /// A request was taken into the queue.
    pub(crate) fn queue(&mut self) {
        self.queued += 1;
        self.waiting += 1;
    }

    /// A queued request was processed.
    pub(crate) fn process(&mut self, delivery: &Delivery) {
        self.waiting -= 1;
        match (delivery.lead, delivery.drops.is_empty()) {
            (LeadOutcome::Dropped, _) => self.lost_whole += 1,
            (LeadOutcome::Stored, true) => self.clean += 1,
            (LeadOutcome::Stored, false) => self.with_drops += 1,
        }
        self.stored = self.clean + self.with_drops;
        for drop in &delivery.drops {
            *self.drops.entry(drop.rule).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Enlarge = fn(&mut Delivery, String);

    fn delivery(number: usize, body: &[u8]) -> Delivery {
        let Payload { text, length } = Payload::new(body);
        Delivery {
            number: u64::try_from(number).expect("small"),
            time: 1_767_225_600_000,
            status: 200,
            lead: LeadOutcome::Stored,
            identifier: Some(number.to_string()),
            drops: Vec::new(),
            message: None,
            fault: None,
            body: text,
            body_bytes: length,
        }
    }

    #[test]
    fn a_delivery_is_written_as_the_contract_shows_it() {
        let delivery = Delivery {
            drops: vec![Violation::new("fields.deal_size", DropRule::WrongType, "why")],
            ..delivery(7, b"{}")
        };
        assert_eq!(
            serde_json::to_string(&delivery).expect("plain data"),
            r#"{"number":7,"time":1767225600000,"status":200,"lead":"stored","identifier":"7","drops":[{"path":"fields.deal_size","code":"D01","reason":"why"}],"message":null,"body":"{}","body_bytes":2}"#
        );
        assert_eq!(delivery.drops[0].rule.id(), "D01");
    }

    #[test]
    fn the_log_is_bounded_in_number_and_keeps_the_newest() {
        let mut log = Log::new(MAX_DELIVERY_BYTES);
        for n in 0..=MAX_DELIVERIES {
            log.push(delivery(n, b"{}"));
        }
        assert_eq!(log.deliveries().len(), MAX_DELIVERIES);
        assert_eq!(log.deliveries()[0].number, 1);
    }

    #[test]
    fn the_log_is_bounded_in_bytes_with_all_that_a_delivery_owns() {
        let megabyte = "x".repeat(1024 * 1024);
        let large: [(&str, Enlarge); 5] = [
            ("body", |it, text| it.body = text),
            ("identifier", |it, text| it.identifier = Some(text)),
            ("message", |it, text| it.message = Some(text)),
            ("reason", |it, text| it.drops = vec![Violation::new("", DropRule::WrongType, text)]),
            ("path", |it, text| it.drops = vec![Violation::new(text, DropRule::WrongType, "")]),
        ];
        for (what, enlarge) in large {
            let mut log = Log::new(10 * 1024 * 1024);
            for n in 0..30 {
                let mut delivery = delivery(n, b"");
                enlarge(&mut delivery, megabyte.clone());
                log.push(delivery);
            }
            assert_eq!(log.deliveries().len(), 9, "{what}");
            assert!(log.bytes <= log.max_bytes);
            assert_eq!(log.deliveries().back().map(|it| it.number), Some(29));
        }
        let mut log = Log::new(0);
        log.push(delivery(1, b"{}"));
        log.push(delivery(2, b"{}"));
        assert_eq!(log.deliveries().len(), 1, "the newest is always there");
        let cut = delivery(1, &vec![b'x'; 1024 * 1024]);
        assert_eq!((cut.body.len(), cut.body_bytes), (MAX_BODY_BYTES, 1024 * 1024));
    }
}
