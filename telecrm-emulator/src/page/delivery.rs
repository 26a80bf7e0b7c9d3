//! A delivery as the page shows it.

use telecrm_schema::validate::quoted;

use super::{clock_time, fate, payload::Lines};
use crate::delivery::Entry;

pub(super) struct DeliveryView {
    pub(super) number: u64,
    pub(super) time: String,
    pub(super) status: String,
    /// `clean`, `dropped`, `lost` or `refused`.
    pub(super) fate: &'static str,
    pub(super) headline: String,
    pub(super) identifier: Option<String>,
    pub(super) fault: Option<&'static str>,
    pub(super) message: Option<String>,
    /// The ids of its drops, each once.
    pub(super) codes: Vec<&'static str>,
    pub(super) lines: Lines,
}

impl DeliveryView {
    pub(super) fn new(entry: &Entry) -> Self {
        let delivery = &entry.delivery;
        let mut codes: Vec<&'static str> =
            delivery.drops.iter().map(|drop| drop.rule.id()).collect();
        codes.sort_unstable();
        codes.dedup();
        let count = delivery.drops.len();
        let drops = if count == 1 { "1 drop".to_owned() } else { format!("{count} drops") };
        let fate = fate(entry);
        let headline = match fate {
            "clean" => "stored whole".to_owned(),
            "dropped" => format!("stored, with {drops}"),
            "lost" => format!("lost whole, {drops}"),
            _ if delivery.status == 0 => "closed without an answer".to_owned(),
            _ => "refused".to_owned(),
        };
        Self {
            number: entry.number,
            time: clock_time(entry.at),
            status: if delivery.status == 0 { "—".into() } else { delivery.status.to_string() },
            fate,
            headline,
            identifier: delivery.identifier.clone(),
            fault: delivery.fault,
            message: entry.message.clone(),
            codes,
            lines: Lines::new(&entry.payload, &delivery.drops),
        }
    }

    /// A sentence for screen readers, when it arrives.
    pub(super) fn said(&self) -> String {
        let of = self.identifier.as_deref().map(|it| format!(" of {}", quoted(it)));
        format!("Delivery {}{}: {}", self.number, of.unwrap_or_default(), self.headline)
    }
}
