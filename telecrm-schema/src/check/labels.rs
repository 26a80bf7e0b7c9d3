//! Check of label lists: labels are unique and not blank.

use std::collections::BTreeMap;

use crate::diagnostic::{Report, Rule, quoted};
use crate::field_type::Label;
use crate::invisible::is_blank;
use crate::unclean;

/// Returns the labels that can be sent. `noun` is "label", "status" or "lost reason".
pub(super) fn check<'l>(
    labels: impl IntoIterator<Item = &'l Label>,
    noun: &str,
    report: &mut Report,
) -> Vec<&'l Label> {
    let mut seen: BTreeMap<&str, &Label> = BTreeMap::new();
    let mut kept = Vec::new();
    for label in labels {
        if is_blank(&label.text) {
            report
                .add(
                    Rule::BlankLabel,
                    label.span,
                    format!("this {noun} is blank, so it is ignored"),
                )
                .set_label("no visible character")
                .set_help("telecrm drops a blank value: delete the label in telecrm and here");
            continue;
        }
        if let Some(first) = seen.get(label.text.as_str()) {
            let first = report.place(first.span);
            report
                .add(
                    Rule::DuplicateLabel,
                    label.span,
                    format!("this list has the {noun} {} twice", quoted(&label.text)),
                )
                .set_label("repeated here")
                .add_related(first, "first here")
                .set_help("remove one of the two: the list keeps the label once");
            continue;
        }
        unclean::warn(Rule::UncleanLabel, noun, &label.text, label.span, report);
        seen.insert(&label.text, label);
        kept.push(label);
    }
    warn_about_case(&kept, noun, report);
    warn_about_earlier_labels(&kept, &seen, report);
    kept
}

/// Reports labels that differ only in case: telecrm has probably created one of them from a typo (D06).
fn warn_about_case(labels: &[&Label], noun: &str, report: &mut Report) {
    let mut lowercase: BTreeMap<String, &Label> = BTreeMap::new();
    for label in labels {
        let Some(first) = lowercase.insert(label.text.to_lowercase(), label) else { continue };
        let place = report.place(first.span);
        let origin = if noun == "label" { ", which telecrm created from a lead (D06)" } else { "" };
        report
            .add(
                Rule::LabelsDifferInCase,
                label.span,
                format!(
                    "the {noun} {} differs from {} only in case",
                    quoted(&label.text),
                    quoted(&first.text)
                ),
            )
            .set_label("differs only in case")
            .add_related(place, "from this one")
            .set_help(format!(
                "telecrm compares labels byte for byte, so one of the two is probably a typo{origin}: move \
                 its leads to the other in telecrm, delete it, and run `cargo telecrm pull`"
            ));
    }
}

/// Reports earlier labels that are active labels of the same list.
fn warn_about_earlier_labels(
    labels: &[&Label],
    active: &BTreeMap<&str, &Label>,
    report: &mut Report,
) {
    for label in labels {
        for earlier in &label.formerly {
            let Some(other) = active.get(earlier.value.as_str()) else { continue };
            if other.text == label.text {
                continue;
            }
            let place = report.place(other.span);
            report
                .add(
                    Rule::FormerlyActive,
                    earlier.span,
                    format!(
                        "`formerly` of {} lists {}, which is an active label",
                        quoted(&label.text),
                        quoted(&earlier.value)
                    ),
                )
                .set_label("not an earlier label")
                .add_related(place, "the active label")
                .set_help(format!(
                    "code that uses the earlier label now sends {}; remove it from `formerly`, or delete \
                     the active label in telecrm if {} replaces it",
                    quoted(&earlier.value),
                    quoted(&label.text)
                ));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{FieldType, Schema};

    #[test]
    fn ids_of_fields_and_labels_are_kept() {
        let schema = Schema::from_yaml(
            "customFields:\n  - { id: f_1, apiName: phone, type: PHONE, isLeadid: true }\n  \
             - { apiName: source, type: DROPDOWN, options: [{ id: 01, label: Web }, Walk-in] }\n\
             leadStagePipeline:\n  leadStages:\n    - stageType: OPEN\n      \
             activeStatuses: [{ statusid: s_1, label: Fresh }]\n      \
             archivedStatuses: [{ statusid: s_2, label: Old }]\n  \
             activeLeadLostReasons: [{ reasonid: r_1, reasonLabel: Price }]\n  \
             archivedLeadLostReasons: [{ reasonid: r_2, reasonLabel: Lockdown }]\n",
        );
        let schema = schema.expect("a good schema");
        assert_eq!(schema.identifier().id.as_deref(), Some("f_1"));
        let FieldType::Dropdown(options) = &schema.fields[1].field_type else {
            panic!("a dropdown")
        };
        assert_eq!(schema.fields[1].id, None);
        assert_eq!(options.labels[0].id.as_deref(), Some("01"));
        assert_eq!(options.labels[1].id, None);
        let pipeline = &schema.pipeline;
        assert_eq!(pipeline.statuses[0].label.id.as_deref(), Some("s_1"));
        assert_eq!(pipeline.archived_statuses[0].id.as_deref(), Some("s_2"));
        assert_eq!(pipeline.lost_reasons[0].id.as_deref(), Some("r_1"));
        assert_eq!(pipeline.archived_lost_reasons[0].id.as_deref(), Some("r_2"));
    }
}
