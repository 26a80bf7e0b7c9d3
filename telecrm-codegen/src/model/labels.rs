//! Lists of labels: each once, each with its Rust name.

use std::collections::BTreeMap;

use super::choices::Choices;
use super::names::{Wanted, name_all, settle_lines};
use super::{Choice, Former};
use crate::naming::{Scope, Style, reserved};
use crate::report::{Report, Rule, quoted};
use crate::schema::Label;

/// The labels without repetitions.
pub(super) fn once<'l>(
    labels: impl IntoIterator<Item = &'l Label>,
    report: &mut Report,
) -> Vec<&'l Label> {
    let mut seen: BTreeMap<&str, &Label> = BTreeMap::new();
    let mut kept = Vec::new();
    for label in labels {
        if let Some(first) = seen.get(label.text.as_str()) {
            let first = report.place(first.span);
            report
                .add(
                    Rule::DuplicateLabel,
                    label.span,
                    format!("the label {} stands twice in this list", quoted(&label.text)),
                )
                .label("again")
                .related(first, "first here")
                .with_help("it counts once; remove one of the two");
            continue;
        }
        seen.insert(&label.text, label);
        kept.push(label);
    }
    kept
}

/// A scope for the variants of one enum.
pub(super) fn scope() -> Scope {
    Scope::new(Style::Camel, &[reserved::VARIANTS])
}

/// Names the labels of a list. `lists` are the names that the list goes by under
/// `codegen.rename.options`; the first is the one to suggest.
pub(super) fn name_labels(
    labels: &[&Label],
    lists: &[&str],
    what: &'static str,
    scope: &mut Scope,
    choices: &mut Choices<'_>,
    report: &mut Report,
) -> Vec<Choice> {
    let texts: Vec<String> = labels.iter().map(|label| label.text.clone()).collect();
    choices.list(lists, &texts);
    let wanted: Vec<Wanted<'_>> = labels
        .iter()
        .map(|label| Wanted {
            wire: &label.text,
            span: label.span,
            what,
            renamed: choices.label(lists, &label.text),
            part: None,
            settle: lists.first().map(|list| settle_lines("options", Some(list), &label.text)),
        })
        .collect();
    let idents = name_all(&wanted, Style::Camel, scope, report);
    let formers: Vec<Vec<Former>> = labels.iter().map(|label| former(label, scope)).collect();
    labels
        .iter()
        .zip(idents)
        .zip(formers)
        .map(|((label, ident), formerly)| Choice {
            id: label.id.clone(),
            label: label.text.clone(),
            ident,
            formerly,
        })
        .collect()
}

/// The Rust names of earlier labels, where no current label has them.
fn former(label: &Label, scope: &mut Scope) -> Vec<Former> {
    let formerly = label.formerly.iter();
    formerly
        .filter_map(|earlier| {
            let name = Style::Camel.spell(&earlier.value);
            let ident = scope.claim_exactly(&name, (&earlier.value, earlier.span)).ok()?;
            Some(Former { label: earlier.value.clone(), ident })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::model::{Kind, Workspace};

    #[test]
    fn ids_of_fields_options_statuses_and_lost_reasons_are_kept() {
        let workspace = Workspace::from_yaml(
            "customFields:\n  - { id: f_1, apiName: phone, type: PHONE, isLeadid: true }\n  \
             - { apiName: source, type: DROPDOWN, options: [{ id: 01, label: Web }, Walk-in] }\n\
             leadStagePipeline:\n  leadStages:\n    - stageType: OPEN\n      \
             activeStatuses: [{ statusid: s_1, label: Fresh }]\n      \
             archivedStatuses: [{ statusid: s_2, label: Old }]\n  \
             activeLeadLostReasons: [{ reasonid: r_1, reasonLabel: Price }]\n  \
             archivedLeadLostReasons: [{ reasonid: r_2, reasonLabel: Lockdown }]\n",
        );
        let workspace = workspace.expect("a good schema");
        assert_eq!(workspace.identifier().id.as_deref(), Some("f_1"));
        let Kind::Dropdown(options) = &workspace.fields[1].kind else { panic!("a dropdown") };
        assert_eq!(workspace.fields[1].id, None);
        assert_eq!(options.choices[0].id.as_deref(), Some("01"));
        assert_eq!(options.choices[1].id, None);
        let pipeline = &workspace.pipeline;
        assert_eq!(pipeline.statuses[0].choice.id.as_deref(), Some("s_1"));
        assert_eq!(pipeline.archived_statuses[0].id.as_deref(), Some("s_2"));
        assert_eq!(pipeline.lost_reasons[0].id.as_deref(), Some("r_1"));
        assert_eq!(pipeline.archived_lost_reasons[0].id.as_deref(), Some("r_2"));
    }
}
