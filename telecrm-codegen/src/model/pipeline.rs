//! Statuses and lost reasons.

use std::collections::BTreeMap;

use super::choices::Choices;
use super::labels;
use super::{Archived, Choice, Pipeline, Stage, Status};
use crate::naming::{Scope, Style};
use crate::report::{Report, Rule, quoted};
use crate::schema::{self, Label, StageType};

/// Checks the pipeline and names its labels. `status_fields` and `reason_fields` are the API names
/// of the lead fields of those types, by which `codegen.rename.options` may name the lists.
pub(super) fn build(
    pipeline: &schema::Pipeline,
    status_fields: &[&str],
    reason_fields: &[&str],
    choices: &mut Choices<'_>,
    report: &mut Report,
) -> Pipeline {
    let (labels, stages) = statuses(pipeline, report);
    let mut scope = labels::scope();
    let lists: Vec<&str> = status_fields.iter().copied().chain(["Status"]).collect();
    let named = labels::name_labels(&labels, &lists, "the status", &mut scope, choices, report);
    let archived = pipeline.stages.iter().flat_map(|stage| &stage.archived);
    let archived_statuses = name_archived(archived, &named, &mut scope);
    let statuses = named.into_iter().zip(stages);

    let labels = labels::once(&pipeline.lost_reasons, report);
    let mut scope = labels::scope();
    let lists: Vec<&str> = reason_fields.iter().copied().chain(["LostReason"]).collect();
    let lost_reasons =
        labels::name_labels(&labels, &lists, "the lost reason", &mut scope, choices, report);
    let archived_lost_reasons =
        name_archived(&pipeline.archived_lost_reasons, &lost_reasons, &mut scope);
    Pipeline {
        statuses: statuses.map(|(choice, stage)| Status { choice, stage }).collect(),
        archived_statuses,
        lost_reasons,
        archived_lost_reasons,
    }
}

/// The active statuses of all stages; one that stands in two belongs to the first.
fn statuses<'p>(
    pipeline: &'p schema::Pipeline,
    report: &mut Report,
) -> (Vec<&'p Label>, Vec<Stage>) {
    let mut seen: BTreeMap<&str, &Label> = BTreeMap::new();
    let (mut labels, mut stages) = (Vec::new(), Vec::new());
    for stage in &pipeline.stages {
        for label in labels::once(&stage.active, report) {
            if let Some(first) = seen.get(label.text.as_str()) {
                let first = report.place(first.span);
                report
                    .add(
                        Rule::StatusInTwoStages,
                        label.span,
                        format!("the status {} stands in two stages", quoted(&label.text)),
                    )
                    .label("again")
                    .related(first, "belongs to this stage")
                    .with_help(
                        "rename one of the two in telecrm, so that a label means one status",
                    );
                continue;
            }
            seen.insert(&label.text, label);
            labels.push(label);
            stages.push(match stage.kind {
                StageType::Open => Stage::Open,
                StageType::Won => Stage::Won,
                StageType::Lost => Stage::Lost,
            });
        }
    }
    (labels, stages)
}

/// Archived labels that no active one revives, with names for the constants that explain them.
fn name_archived<'l>(
    labels: impl IntoIterator<Item = &'l Label>,
    active: &[Choice],
    scope: &mut Scope,
) -> Vec<Archived> {
    let mut archived: Vec<Archived> = Vec::new();
    for label in labels {
        let known = active.iter().any(|choice| choice.label == label.text)
            || archived.iter().any(|it| it.label == label.text);
        if known {
            continue;
        }
        let name = Style::Camel.spell(&label.text);
        let claim = scope.claim(&name, None, (&label.text, label.span));
        archived.push(Archived {
            id: label.id.clone(),
            label: label.text.clone(),
            ident: claim.ident,
        });
    }
    archived
}
