//! Reports on stderr of deliveries that lost a value.

use telecrm_emulator::{Counters, Delivery};
use telecrm_schema::escaped;
use telecrm_schema::validate::LeadOutcome;

use crate::commands::counted_violations;
use crate::terminal::Terminal;

/// Prints a delivery that lost a value or has a warning, and each drop with its id.
pub(super) fn print(delivery: &Delivery) {
    let Some(headline) = headline(delivery) else { return };
    let mut lines = vec![escaped(&headline)];
    for drop in &delivery.drops {
        let label = if drop.is_warning() { "warning: " } else { "" };
        let line = format!("{label}{} {}: {}", drop.rule, drop.path, drop.reason);
        lines.push(format!("  {}", escaped(&line)));
    }
    Terminal::say(lines.join("\n"));
}

/// `919999999999 stored, with 1 drop`, or `None` if telecrm stored everything unchanged, without a warning.
fn headline(delivery: &Delivery) -> Option<String> {
    let fault = delivery.fault.map(|fault| format!(" (fault: {fault})")).unwrap_or_default();
    let message =
        delivery.message.as_ref().map(|message| format!(": {message}")).unwrap_or_default();
    let drops = match counted_violations(&delivery.drops) {
        counts if counts.is_empty() => counts,
        counts => format!(", with {counts}"),
    };
    match (delivery.lead, &delivery.identifier) {
        (LeadOutcome::Stored, _) if drops.is_empty() && fault.is_empty() => None,
        (LeadOutcome::Stored, identifier) => {
            let identifier = identifier.as_deref().unwrap_or("a lead");
            Some(format!("{identifier} stored{drops}{fault}"))
        }
        _ if delivery.status == 0 => Some(format!("no response{fault}{message}")),
        _ if drops.is_empty() => Some(format!("refused with {}{fault}{message}", delivery.status)),
        _ => Some(format!("whole lead dropped{drops}{fault}")),
    }
}

/// Counts all losses, or returns `None` if telecrm stored everything unchanged.
pub(super) fn losses(counters: &Counters) -> Option<String> {
    let Counters { with_drops, lost_whole, refused, .. } = counters;
    let any = with_drops + lost_whole + refused > 0;
    any.then(|| {
        format!(
            "telecrm would have lost something: {with_drops} stored with drops, {lost_whole} \
             dropped whole, {refused} refused"
        )
    })
}
