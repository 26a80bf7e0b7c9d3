//! View of a delivery on the page.

use telecrm_schema::validate::quoted;

use super::{clock_time, outcome, payload::Lines};
use crate::delivery::Delivery;

pub(super) struct DeliveryView {
    pub(super) number: u64,
    pub(super) time: String,
    pub(super) status: String,
    /// `clean`, `dropped`, `lost` or `refused`.
    pub(super) outcome: &'static str,
    pub(super) headline: String,
    pub(super) identifier: Option<String>,
    pub(super) fault: Option<&'static str>,
    pub(super) message: Option<String>,
    /// The path of a confirmed write below the enterprise.
    pub(super) confirmed: Option<String>,
    /// Ids of the drops, without duplicates.
    pub(super) codes: Vec<&'static str>,
    pub(super) lines: Lines,
}

impl DeliveryView {
    pub(super) fn new(delivery: &Delivery) -> Self {
        let marked: Vec<_> = delivery.drops.iter().chain(&delivery.remarks).cloned().collect();
        let mut codes: Vec<&'static str> = marked.iter().map(|drop| drop.rule.id()).collect();
        codes.sort_unstable();
        codes.dedup();
        let counted = |count: usize, noun: &str| match count {
            1 => format!("1 {noun}"),
            _ => format!("{count} {noun}s"),
        };
        let drops = counted(delivery.count_drops(), "drop");
        let warnings = delivery.drops.len() - delivery.count_drops();
        let mut parts = Vec::new();
        if delivery.count_drops() > 0 {
            parts.push(drops.clone());
        }
        if !delivery.remarks.is_empty() {
            parts.push(counted(delivery.remarks.len(), "remark"));
        }
        let outcome = outcome(delivery);
        let headline = match outcome {
            "clean" if warnings > 0 => {
                format!("stored whole, with {}", counted(warnings, "warning"))
            }
            "clean" => "stored whole".to_owned(),
            "dropped" => format!("stored, with {}", parts.join(" and ")),
            "lost" => format!("lost whole, {drops}"),
            _ if delivery.fault.is_some() && delivery.status == 200 => "not processed".to_owned(),
            _ if delivery.status == 0 => "closed without a response".to_owned(),
            _ => "refused".to_owned(),
        };
        Self {
            number: delivery.number,
            time: clock_time(delivery.time),
            status: if delivery.status == 0 { "—".into() } else { delivery.status.to_string() },
            outcome,
            headline,
            identifier: delivery.identifier.clone(),
            fault: delivery.fault,
            message: delivery.message.clone(),
            confirmed: delivery.confirmed.clone(),
            codes,
            lines: Lines::new(
                &delivery.body,
                (!delivery.has_whole_body()).then_some(delivery.body_bytes),
                &marked,
            ),
        }
    }

    /// Returns the sentence that screen readers announce when the delivery arrives.
    pub(super) fn announcement(&self) -> String {
        let identifier = self.identifier.as_deref();
        let lead = identifier.map(|identifier| format!(" of {}", quoted(identifier)));
        format!("Delivery {}{}: {}", self.number, lead.unwrap_or_default(), self.headline)
    }
}
