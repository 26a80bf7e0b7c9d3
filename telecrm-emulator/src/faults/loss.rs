//! Processing faults: parts of a lead that are lost after the request is queued.

use std::time::Duration;

use telecrm_schema::validate::{Acceptance, DropRule, Violation};

use super::Fault;

/// Removes lost parts from an acceptance, and adds a drop (D41) for each of them.
///
/// `sent` is the number of actions in the body.
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
                // A lead without its identifier cannot be stored.
                let is_identifier = name == identifier;
                if is_identifier {
                    accepted.lead = None;
                } else if lead.fields.shift_remove(name).is_none() {
                    continue;
                }
                let part = if is_identifier {
                    "the identifier, and therefore the whole lead"
                } else {
                    "the field"
                };
                accepted.violations.push(lost(format!("fields.{name}"), fault, part));
            }
            Fault::LoseActions => {
                let Some(lead) = &mut accepted.lead else { continue };
                let kept = std::mem::take(&mut lead.actions).len();
                if kept == sent {
                    let path = |index| format!("actions[{index}].type");
                    let losses = (0..kept).map(|index| lost(path(index), fault, "the action"));
                    accepted.violations.extend(losses);
                } else if kept > 0 {
                    // The original indices of the remaining actions are unknown here.
                    accepted.violations.push(lost("actions".to_owned(), fault, "the actions"));
                }
            }
            _ => {}
        }
    }
}

/// Returns the delay between queueing and processing.
pub(crate) fn delay(faults: &[Fault]) -> Duration {
    let millis = faults.iter().map(|fault| match fault {
        Fault::ApplyAfter { millis } => *millis,
        _ => 0,
    });
    Duration::from_millis(millis.max().unwrap_or(0))
}

fn lost(path: String, fault: &Fault, part: &str) -> Violation {
    let reason = format!("telecrm queued the lead and lost {part} (injected fault: `{fault}`)");
    Violation::new(path, DropRule::NotStored, reason)
}
