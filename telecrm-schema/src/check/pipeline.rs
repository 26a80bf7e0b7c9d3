//! Check of statuses and lost reasons.

use std::collections::{BTreeMap, BTreeSet};

use super::labels;
use crate::diagnostic::{Report, Rule, quoted};
use crate::field_type::Label;
use crate::invisible::is_blank;
use crate::read::RawPipeline;
use crate::schema::{Archived, Pipeline, Status};

/// Checks the pipeline.
pub(super) fn check(pipeline: &RawPipeline, report: &mut Report) -> Pipeline {
    let statuses = statuses(pipeline, report);
    let archived = pipeline.stages.iter().flat_map(|stage| &stage.archived);
    let archived_statuses = archived_labels(archived, statuses.iter().map(|status| &status.label));
    let lost_reasons = labels::check(&pipeline.lost_reasons, "lost reason", report);
    let archived_lost_reasons =
        archived_labels(&pipeline.archived_lost_reasons, lost_reasons.iter().copied());
    Pipeline {
        statuses,
        archived_statuses,
        lost_reasons: lost_reasons.into_iter().cloned().collect(),
        archived_lost_reasons,
    }
}

/// Returns the active statuses of all stages. A repeated status belongs to its first stage.
fn statuses(pipeline: &RawPipeline, report: &mut Report) -> Vec<Status> {
    let mut seen: BTreeMap<&str, &Label> = BTreeMap::new();
    let mut statuses = Vec::new();
    for stage in &pipeline.stages {
        for label in labels::check(&stage.active, "status", report) {
            if let Some(first) = seen.get(label.text.as_str()) {
                let first = report.place(first.span);
                report
                    .add(
                        Rule::StatusInTwoStages,
                        label.span,
                        format!("two stages have the status {}", quoted(&label.text)),
                    )
                    .set_label("repeated here")
                    .add_related(first, "the status belongs to this stage")
                    .set_help("rename one of the two in telecrm, so that each label is one status");
                continue;
            }
            seen.insert(&label.text, label);
            statuses.push(Status { label: label.clone(), stage: stage.kind });
        }
    }
    statuses
}

/// Returns the archived labels that are not active, without repetitions.
fn archived_labels<'l>(
    labels: impl IntoIterator<Item = &'l Label>,
    active: impl Iterator<Item = &'l Label>,
) -> Vec<Archived> {
    let mut known: BTreeSet<&str> = active.map(|label| label.text.as_str()).collect();
    let labels = labels.into_iter();
    labels
        .filter(|label| !is_blank(&label.text) && known.insert(&label.text))
        .map(|label| Archived { id: label.id.clone(), text: label.text.clone(), span: label.span })
        .collect()
}
