//! Reports that failed assertions print.

use std::fmt::Write as _;

use telecrm_schema::validate::LeadOutcome;

use crate::delivery::{Counters, Delivery};

/// Maximum number of deliveries in a report.
const MAX_LISTED: usize = 20;

/// Returns a report of every loss, or `None` if nothing was lost.
pub(crate) fn of_losses(deliveries: &[Delivery], counters: &Counters) -> Option<String> {
    let clean = counters.refused == 0 && counters.lost_whole == 0 && counters.with_drops == 0;
    if clean {
        return None;
    }
    let mut report = format!(
        "telecrm would have lost something: {} queued, {} stored clean, {} stored with drops, {} \
         lost whole, {} refused\n",
        counters.queued, counters.clean, counters.with_drops, counters.lost_whole, counters.refused,
    );
    let lossy = || {
        let deliveries = deliveries.iter();
        deliveries
            // The sender of a confirmed write got the reason of a refusal.
            .filter(|delivery| {
                delivery.lead == LeadOutcome::Dropped && delivery.confirmed.is_none()
                    || delivery.count_drops() > 0
            })
    };
    for delivery in lossy().take(MAX_LISTED) {
        describe(&mut report, delivery);
    }
    let omitted = lossy().count().saturating_sub(MAX_LISTED);
    if omitted > 0 {
        let _ = writeln!(report, "\n… and {omitted} more deliveries with losses");
    }
    Some(report)
}

/// Returns a report of the drops if they differ from the expected drops.
pub(crate) fn of_difference(deliveries: &[Delivery], expected: &[(&str, &str)]) -> Option<String> {
    let dropped: Vec<(&str, &str)> = deliveries
        .iter()
        .flat_map(|delivery| &delivery.drops)
        .map(|drop| (drop.path.as_str(), drop.rule.id()))
        .collect();
    if dropped == expected {
        return None;
    }
    let mut report = "the drops differ from the expected drops\n\nexpected:\n".to_owned();
    for (path, code) in expected {
        let _ = writeln!(report, "  {code} {path}");
    }
    report.push_str("\ndropped:\n");
    for delivery in deliveries.iter().filter(|delivery| !delivery.drops.is_empty()) {
        describe(&mut report, delivery);
    }
    Some(report)
}

fn describe(report: &mut String, delivery: &Delivery) {
    let outcome = match (delivery.lead, &delivery.identifier) {
        (LeadOutcome::Stored, Some(identifier)) => format!("stored as {identifier}"),
        (LeadOutcome::Stored, None) => "stored".to_owned(),
        (LeadOutcome::Dropped, _) if delivery.drops.is_empty() => "refused".to_owned(),
        (LeadOutcome::Dropped, _) => "lost whole".to_owned(),
    };
    // Writing to a string cannot fail.
    let _ = write!(report, "\ndelivery {}: {}, {outcome}", delivery.number, delivery.status);
    if let Some(fault) = delivery.fault {
        let _ = write!(report, " (fault: {fault})");
    }
    if let Some(message) = &delivery.message {
        let _ = write!(report, ": {message}");
    }
    report.push('\n');
    for drop in &delivery.drops {
        let _ = writeln!(report, "  {} {}: {}", drop.rule, drop.path, drop.reason);
    }
}
