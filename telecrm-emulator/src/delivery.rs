//! Log of requests and their outcomes, with counters. telecrm itself provides no such log.

use std::{
    collections::{BTreeMap, VecDeque},
    mem::size_of,
};

use serde::{Serialize, Serializer};
use telecrm_schema::validate::{DropRule, LeadOutcome, Provenance, Violation};

use crate::size;

/// Maximum number of deliveries that an emulator remembers. The oldest are discarded first.
pub const MAX_DELIVERIES: usize = 10_000;
/// Default maximum of the total memory of the remembered deliveries, in bytes.
///
/// If bodies or drops are large, fewer than [`MAX_DELIVERIES`] deliveries are remembered.
/// [`Builder::delivery_bytes`](crate::Builder::delivery_bytes) sets another maximum.
pub const MAX_DELIVERY_BYTES: usize = 64 * 1024 * 1024;
/// Maximum number of bytes that are remembered of one body.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// A request to the Async endpoint, or a confirmed write of the Sync API, and its outcome.
///
/// A request that telecrm would refuse (401, 400 …) is also a delivery: its lead is dropped, and
/// [`message`](Self::message) contains the reason. Nothing was dropped *silently* in this case,
/// because the sender received the reason. So [`drops`](Self::drops) is empty.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Delivery {
    /// Number of the request since the start or the last reset, from 1.
    pub number: u64,
    /// Time of arrival by the emulator's clock, in Unix milliseconds.
    pub time: u64,
    /// The HTTP status of the response; 0 if the connection was closed without a response.
    pub status: u16,
    /// Whether the lead was stored.
    pub lead: LeadOutcome,
    /// The identifier by which telecrm finds the lead; `None` if the lead was dropped.
    ///
    /// A phone number has its country code, and an email is trimmed.
    pub identifier: Option<String>,
    /// Values that telecrm silently drops or creates, and [warnings](Violation::is_warning).
    ///
    /// In JSON, each of them also has the `provenance` of its rule and the ids of its `assumptions`.
    #[serde(serialize_with = "with_provenance")]
    pub drops: Vec<Violation>,
    /// The path of a confirmed write (Sync API) below the enterprise: `lead`, `lead/<id>/action`.
    ///
    /// The JSON of a request to the Async endpoint omits the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<String>,
    /// The ignored parts that the response to a confirmed write names, so they are not silent.
    ///
    /// Without a remark, the JSON omits the key.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Violation>,
    /// Reason why the request was refused or not processed, as in the response.
    pub message: Option<String>,
    /// The [name](crate::Fault::name) of the injected fault. Without a fault, the JSON omits the
    /// key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<&'static str>,
    /// The received body, truncated to 64 KiB. Invalid UTF-8 is replaced.
    pub body: String,
    /// Length of the received body in bytes.
    pub body_bytes: usize,
}

/// A drop with the provenance of its rule, in JSON.
#[derive(Serialize)]
struct DropJson<'a> {
    #[serde(flatten)]
    drop: &'a Violation,
    provenance: Provenance,
    assumptions: Vec<&'static str>,
}

fn with_provenance<S: Serializer>(drops: &[Violation], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(drops.iter().map(|drop| DropJson {
        drop,
        provenance: drop.rule.provenance(),
        assumptions: drop.rule.assumptions().map(|assumption| assumption.id).collect(),
    }))
}

/// A received body, truncated to [`MAX_BODY_BYTES`] bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Payload {
    pub(crate) text: String,
    /// Length of the received body in bytes.
    pub(crate) length: usize,
}

impl Payload {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let kept = &bytes[..bytes.len().min(MAX_BODY_BYTES)];
        Self { text: String::from_utf8_lossy(kept).into_owned(), length: bytes.len() }
    }
}

impl Delivery {
    /// Whether the body is complete.
    pub(crate) fn has_whole_body(&self) -> bool {
        self.body_bytes <= MAX_BODY_BYTES
    }

    /// Number of values that telecrm silently drops or creates, without warnings.
    #[must_use]
    pub fn count_drops(&self) -> usize {
        self.drops.iter().filter(|drop| !drop.is_warning()).count()
    }

    /// Returns whether telecrm stored the lead exactly as sent. Warnings do not count.
    #[must_use]
    pub fn is_stored_whole(&self) -> bool {
        self.lead == LeadOutcome::Stored && self.count_drops() == 0
    }

    /// Memory of the delivery in bytes, including everything that it owns.
    fn size(&self) -> usize {
        let texts = [&self.message, &self.identifier, &self.confirmed];
        let texts: usize = texts.into_iter().flatten().map(String::capacity).sum();
        let violations = size::of_violations(&self.drops) + size::of_violations(&self.remarks);
        size_of::<Self>() + self.body.capacity() + texts + violations
    }
}

/// The latest deliveries, newest last.
///
/// The log is bounded by [`MAX_DELIVERIES`] and by `max_bytes`. It always contains the newest
/// delivery.
#[derive(Debug)]
pub(crate) struct Log {
    deliveries: VecDeque<Delivery>,
    max_bytes: usize,
    bytes: usize,
    /// Number of deliveries since the start, including those before a reset.
    pushed: u64,
}

impl Log {
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self { deliveries: VecDeque::new(), max_bytes, bytes: 0, pushed: 0 }
    }

    /// Returns an empty log that continues the count of this log.
    pub(crate) fn emptied(&self) -> Self {
        Self { pushed: self.pushed, ..Self::new(self.max_bytes) }
    }

    pub(crate) fn pushed(&self) -> u64 {
        self.pushed
    }

    /// Returns the remembered deliveries after the first `seen`.
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

/// Counts of deliveries since the start or the last reset.
///
/// The counts are exact even if old deliveries are no longer remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Counters {
    /// Requests that were added to the queue, with the response `QUEUED`.
    pub queued: u64,
    /// Queued requests that are not processed yet (see
    /// [`hold_processing`](crate::Emulator::hold_processing)).
    pub waiting: u64,
    /// Queued requests whose lead was created or updated.
    pub stored: u64,
    /// Stored requests without a drop. They may have warnings.
    pub clean: u64,
    /// Stored requests, and confirmed writes, with at least one silently dropped value or one
    /// unintentionally created label.
    pub with_drops: u64,
    /// Queued requests whose whole lead was dropped.
    pub lost_whole: u64,
    /// Requests that were refused, or that a fault ended before they were processed.
    pub refused: u64,
    /// Confirmed writes (Sync API), including refused ones, whose sender got the reason.
    ///
    /// Without a confirmed write, the JSON omits the key.
    #[serde(skip_serializing_if = "is_zero")]
    pub confirmed: u64,
    /// Number of drops and warnings by catalogue id.
    pub drops: BTreeMap<DropRule, u64>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Counters {
    /// Adds the counts of another workspace.
    pub(crate) fn add(&mut self, other: &Self) {
        let Self {
            queued,
            waiting,
            stored,
            clean,
            with_drops,
            lost_whole,
            refused,
            confirmed,
            drops,
        } = other;
        self.queued += queued;
        self.waiting += waiting;
        self.stored += stored;
        self.clean += clean;
        self.with_drops += with_drops;
        self.lost_whole += lost_whole;
        self.refused += refused;
        self.confirmed += confirmed;
        for (rule, count) in drops {
            *self.drops.entry(*rule).or_default() += count;
        }
    }

    /// Counts a request that was added to the queue.
    pub(crate) fn queue(&mut self) {
        self.queued += 1;
        self.waiting += 1;
    }

    /// Counts a queued request that was processed.
    pub(crate) fn process(&mut self, delivery: &Delivery) {
        self.waiting -= 1;
        match delivery.lead {
            LeadOutcome::Dropped => self.lost_whole += 1,
            LeadOutcome::Stored => self.stored += 1,
        }
        if delivery.is_stored_whole() {
            self.clean += 1;
        }
        self.add_drops(delivery);
    }

    /// Counts a confirmed write.
    pub(crate) fn confirm(&mut self, delivery: &Delivery) {
        self.confirmed += 1;
        self.add_drops(delivery);
    }

    fn add_drops(&mut self, delivery: &Delivery) {
        if delivery.lead == LeadOutcome::Stored && delivery.count_drops() > 0 {
            self.with_drops += 1;
        }
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
            confirmed: None,
            remarks: Vec::new(),
            message: None,
            fault: None,
            body: text,
            body_bytes: length,
        }
    }

    #[test]
    fn point_11_delivery_has_the_documented_json_form_with_provenance() {
        let delivery = Delivery {
            drops: vec![Violation::new("fields.deal_size", DropRule::WrongType, "reason")],
            ..delivery(7, b"{}")
        };
        assert_eq!(
            serde_json::to_string(&delivery).expect("plain data"),
            r#"{"number":7,"time":1767225600000,"status":200,"lead":"stored","identifier":"7","drops":[{"path":"fields.deal_size","code":"D01","reason":"reason","provenance":"inferred","assumptions":["A19"]}],"message":null,"body":"{}","body_bytes":2}"#
        );
        assert_eq!(delivery.drops[0].rule.id(), "D01");
    }

    #[test]
    fn log_is_bounded_in_number_and_keeps_the_newest_delivery() {
        let mut log = Log::new(MAX_DELIVERY_BYTES);
        for n in 0..=MAX_DELIVERIES {
            log.push(delivery(n, b"{}"));
        }
        assert_eq!(log.deliveries().len(), MAX_DELIVERIES);
        assert_eq!(log.deliveries()[0].number, 1);
    }

    #[test]
    fn log_is_bounded_in_bytes_including_owned_memory() {
        let megabyte = "x".repeat(1024 * 1024);
        let large: [(&str, Enlarge); 5] = [
            ("body", |delivery, text| delivery.body = text),
            ("identifier", |delivery, text| delivery.identifier = Some(text)),
            ("message", |delivery, text| delivery.message = Some(text)),
            ("reason", |delivery, text| {
                delivery.drops = vec![Violation::new("", DropRule::WrongType, text)];
            }),
            ("path", |delivery, text| {
                delivery.drops = vec![Violation::new(text, DropRule::WrongType, "")];
            }),
        ];
        for (part, enlarge) in large {
            let mut log = Log::new(10 * 1024 * 1024);
            for n in 0..30 {
                let mut delivery = delivery(n, b"");
                enlarge(&mut delivery, megabyte.clone());
                log.push(delivery);
            }
            assert_eq!(log.deliveries().len(), 9, "{part}");
            assert!(log.bytes <= log.max_bytes);
            assert_eq!(log.deliveries().back().map(|newest| newest.number), Some(29));
        }
        let mut log = Log::new(0);
        log.push(delivery(1, b"{}"));
        log.push(delivery(2, b"{}"));
        assert_eq!(log.deliveries().len(), 1, "the newest delivery is always kept");
        let cut = delivery(1, &vec![b'x'; 1024 * 1024]);
        assert_eq!((cut.body.len(), cut.body_bytes), (MAX_BODY_BYTES, 1024 * 1024));
    }
}
