//! Statuses and lost reasons of the lead stage pipeline.

use telecrm_codegen::names::NamedPipeline;

use super::labels::{self, Label, List, UnknownLabel};
use super::matching::Ids;
use super::row::Rows;

pub(super) fn compare(old: &NamedPipeline, new: &NamedPipeline, ids: Ids, rows: &mut Rows) {
    labels::compare(&statuses(old), &statuses(new), ids, rows);
    labels::compare(&lost_reasons(old), &lost_reasons(new), ids, rows);
}

fn statuses(pipeline: &NamedPipeline) -> List<'_> {
    let active = pipeline.statuses.iter().map(Label::of_status);
    let archived = pipeline.archived_statuses.iter().map(Label::of_archived);
    List {
        path: "statuses".to_owned(),
        type_name: "options::Status".to_owned(),
        noun: "status",
        labels: active.chain(archived).collect(),
        unknown: UnknownLabel::Dropped,
    }
}

fn lost_reasons(pipeline: &NamedPipeline) -> List<'_> {
    let active = pipeline.lost_reasons.iter().map(Label::of_active);
    let archived = pipeline.archived_lost_reasons.iter().map(Label::of_archived);
    List {
        path: "lostReasons".to_owned(),
        type_name: "options::LostReason".to_owned(),
        noun: "lost reason",
        labels: active.chain(archived).collect(),
        unknown: UnknownLabel::Dropped,
    }
}
