//! Reports that a failed assertion prints.

use std::fmt::Write as _;

use telecrm_schema::validate::LeadOutcome;

use crate::delivery::{Counters, Delivery};

/// The most deliveries that a report lists.
const SHOWN: usize = 20;

/// Every loss, or `None` where there was none.
pub(crate) fn of_losses(deliveries: &[Delivery], counters: &Counters) -> Option<String> {
    let clean = counters.refused == 0 && counters.lost_whole == 0 && counters.with_drops == 0;
    if clean {
        return None;
    }
    let mut report = format!(
        "telecrm would have lost something: of {} queued {} stored clean, {} with drops, {} lost \
         whole; {} refused\n",
        counters.queued, counters.clean, counters.with_drops, counters.lost_whole, counters.refused,
    );
    let lossy = || {
        let all = deliveries.iter();
        all.filter(|it| it.lead == LeadOutcome::Dropped || !it.drops.is_empty())
    };
    for delivery in lossy().take(SHOWN) {
        describe(&mut report, delivery);
    }
    let left = lossy().count().saturating_sub(SHOWN);
    if left > 0 {
        let _ = writeln!(report, "\n… and {left} more such deliveries");
    }
    Some(report)
}

/// The drops, where they are not exactly the expected ones.
pub(crate) fn of_difference(deliveries: &[Delivery], expected: &[(&str, &str)]) -> Option<String> {
    let dropped: Vec<(&str, &str)> = deliveries
        .iter()
        .flat_map(|delivery| &delivery.drops)
        .map(|drop| (drop.path.as_str(), drop.rule.id()))
        .collect();
    if dropped == expected {
        return None;
    }
    let mut report = "other drops than expected\n\nexpected:\n".to_owned();
    for (path, code) in expected {
        let _ = writeln!(report, "  {code} {path}");
    }
    report.push_str("\ndropped:\n");
    for delivery in deliveries.iter().filter(|it| !it.drops.is_empty()) {
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
