//! Faults of processing: what a lead loses after it was queued.

use std::time::Duration;

use telecrm_schema::validate::{Acceptance, DropRule, Violation};

use super::Fault;

/// Takes away from an acceptance what the faults lose, and adds a drop (D41) for each loss.
///
/// `sent` is how many actions the body has.
pub(crate) fn apply(faults: &[Fault], identifier: &str, sent: usize, accepted: &mut Acceptance) {
    for fault in faults {
        match fault {
            Fault::LoseLead => {
                if accepted.lead.take().is_none() {
                    continue;
                }
                let path = format!("fields.{identifier}");
                accepted.violations.push(lost(path, fault, "the whole lead"));
            }
            Fault::DropField { name } => {
                let Some(lead) = &mut accepted.lead else { continue };
                // Without its identifier a lead is not a lead.
                let whole = name == identifier;
                if whole {
                    accepted.lead = None;
                } else if lead.fields.shift_remove(name).is_none() {
                    continue;
                }
                let what =
                    if whole { "the identifier, and so the whole lead" } else { "the field" };
                accepted.violations.push(lost(format!("fields.{name}"), fault, what));
            }
            Fault::LoseActions => {
                let Some(lead) = &mut accepted.lead else { continue };
                let kept = std::mem::take(&mut lead.actions).len();
                if kept == sent {
                    let path = |index| format!("actions[{index}].type");
                    let each = (0..kept).map(|index| lost(path(index), fault, "the action"));
                    accepted.violations.extend(each);
                } else if kept > 0 {
                    // Which of them were still there is not known here.
                    accepted.violations.push(lost("actions".to_owned(), fault, "the actions"));
                }
            }
            _ => {}
        }
    }
}

/// How long after queueing a lead is applied.
pub(crate) fn delay(faults: &[Fault]) -> Duration {
    let millis = faults.iter().map(|fault| match fault {
        Fault::ApplyAfter { millis } => *millis,
        _ => 0,
    });
    Duration::from_millis(millis.max().unwrap_or(0))
}

fn lost(path: String, fault: &Fault, what: &str) -> Violation {
    let reason = format!("telecrm queued the lead and lost {what} (fault on purpose: `{fault}`)");
    Violation::new(path, DropRule::NotStored, reason)
}
