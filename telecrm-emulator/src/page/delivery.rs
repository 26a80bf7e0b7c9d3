//! View of a delivery on the page.

use telecrm_schema::validate::quoted;

use super::{clock_time, fate, payload::Lines};
use crate::delivery::Delivery;

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
    pub(super) fn new(delivery: &Delivery) -> Self {
        let mut codes: Vec<&'static str> =
            delivery.drops.iter().map(|drop| drop.rule.id()).collect();
        codes.sort_unstable();
        codes.dedup();
        let count = delivery.drops.len();
        let drops = if count == 1 { "1 drop".to_owned() } else { format!("{count} drops") };
        let fate = fate(delivery);
        let headline = match fate {
            "clean" => "stored whole".to_owned(),
            "dropped" => format!("stored, with {drops}"),
            "lost" => format!("lost whole, {drops}"),
            _ if delivery.fault.is_some() && delivery.status == 200 => "not processed".to_owned(),
            _ if delivery.status == 0 => "closed without a response".to_owned(),
            _ => "refused".to_owned(),
        };
        Self {
            number: delivery.number,
            time: clock_time(delivery.time),
            status: if delivery.status == 0 { "—".into() } else { delivery.status.to_string() },
            fate,
            headline,
            identifier: delivery.identifier.clone(),
            fault: delivery.fault,
            message: delivery.message.clone(),
            codes,
            lines: Lines::new(
                &delivery.body,
                (!delivery.has_whole_body()).then_some(delivery.body_bytes),
                &delivery.drops,
            ),
        }
    }

    /// A sentence for screen readers, when it arrives.
    pub(super) fn said(&self) -> String {
        let of = self.identifier.as_deref().map(|it| format!(" of {}", quoted(it)));
        format!("Delivery {}{}: {}", self.number, of.unwrap_or_default(), self.headline)
    }
}
