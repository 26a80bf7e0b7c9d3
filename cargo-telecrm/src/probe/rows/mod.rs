//! The rows of the probe: one function for each assumption.

mod actions;
mod identifiers;
mod labels;
mod leads;
mod requests;
mod stored;
mod values;

use telecrm_schema::validate::Assumption;

use super::plan::{Draft, Plan, Planned};
use super::workspace::Workspace;

type Row = for<'w> fn(Draft<'w>) -> Planned;

/// The function of each assumption, in the order of their ids.
const ROWS: [(&str, Row); 45] = [
    ("A01", identifiers::default_country),
    ("A02", identifiers::plus_sign),
    ("A03", identifiers::trunk_zero),
    ("A04", identifiers::spaces),
    ("A05", values::phone_length),
    ("A06", identifiers::invalid),
    ("A07", values::long_text),
    ("A08", values::unicode_limit),
    ("A09", values::spaces_around),
    ("A10", stored::empty_text),
    ("A11", stored::null),
    ("A12", stored::tags),
    ("A13", labels::unknown_option),
    ("A14", labels::unknown_tag),
    ("A15", labels::other_case),
    ("A16", labels::archived),
    ("A17", labels::status_case),
    ("A18", labels::lost_reason),
    ("A19", values::number_as_text),
    ("A20", values::rating),
    ("A21", values::date_as_text),
    ("A22", values::iso_date),
    ("A23", values::early_dates),
    ("A24", values::money),
    ("A25", values::url),
    ("A26", identifiers::email_case),
    ("A27", values::assignee),
    ("A28", actions::backdated),
    ("A29", actions::backdated_by_sync),
    ("A30", actions::incomplete_payments),
    ("A31", actions::system_note),
    ("A32", actions::unprefixed),
    ("A33", actions::bad_field),
    ("A34", actions::equal),
    ("A35", actions::order),
    ("A36", leads::order),
    ("A37", leads::at_the_same_time),
    ("A38", requests::key_next_to_fields),
    ("A39", requests::name_in_other_case),
    ("A40", identifiers::text_case),
    ("A41", stored::locked),
    ("A42", requests::partial_update),
    ("A43", leads::stored_within_seconds),
    ("A44", leads::found_at_once),
    ("A45", requests::without_fields),
];

/// Returns the plan of each row that `only` selects; all rows if it is empty.
pub(crate) fn plans(workspace: &Workspace<'_>, only: &[&'static Assumption]) -> Vec<Plan> {
    let selected = Assumption::ALL.iter().zip(ROWS).filter(|(assumption, _)| {
        only.is_empty() || only.iter().any(|other| other.id == assumption.id)
    });
    selected
        .map(|(assumption, (_, row))| {
            row(Draft::new(workspace, assumption))
                .unwrap_or_else(|reason| Plan::skipped(assumption, reason))
        })
        .collect()
}

#[cfg(test)]
mod tests;
