//! Section `leadStagePipeline`: the response of `GET /lead-stage-pipeline`.

use super::fields::{LabelList, read_labels};
use super::reader::Reader;
use crate::diagnostic::{Rule, quoted};
use crate::field_type::Label;
use crate::schema::Stage;
use crate::suggest;
use crate::yaml::Node;

/// The statuses and lost reasons of the workspace.
#[derive(Debug, Default)]
pub(crate) struct RawPipeline {
    pub(crate) stages: Vec<RawStage>,
    pub(crate) lost_reasons: Vec<Label>,
    pub(crate) archived_lost_reasons: Vec<Label>,
}

/// A stage with its statuses.
#[derive(Debug)]
pub(crate) struct RawStage {
    pub(crate) kind: Stage,
    pub(crate) active: Vec<Label>,
    pub(crate) archived: Vec<Label>,
}

const KEYS: [&str; 10] = [
    "leadStages",
    "statuses",
    "lostReasons",
    "activeLeadLostReasons",
    "archivedLeadLostReasons",
    "creationTimestamp",
    "modificationTimestamp",
    "lastModifiedBy",
    "version",
    "id",
];
const STAGE_KEYS: [&str; 5] =
    ["stageType", "activeStatuses", "archivedStatuses", "stageid", "visibility"];

const fn statuses(list: &'static str) -> LabelList {
    LabelList {
        list,
        entry: "a status",
        key: "label",
        id: "statusid",
        example: "Fresh",
        keys: &["label", "statusid", "color", "formerly"],
    }
}

const fn lost_reasons(list: &'static str) -> LabelList {
    LabelList {
        list,
        entry: "a lost reason",
        key: "reasonLabel",
        id: "reasonid",
        example: "Price too high",
        keys: &["reasonLabel", "reasonid", "isDefault", "formerly"],
    }
}

const STAGE_TYPES: [(&str, Stage); 3] =
    [("OPEN", Stage::Open), ("WON", Stage::Won), ("LOST", Stage::Lost)];

pub(super) fn read_section(node: &Node, reader: &mut Reader<'_>) -> Option<RawPipeline> {
    let mut entries = reader.mapping(node, "`leadStagePipeline`")?;
    // The file may contain the whole response, with its outer key, as in the other sections.
    if let Some(inner) = entries.get("leadStagePipeline") {
        entries = reader.mapping(inner, "`leadStagePipeline`")?;
    }
    reader.warn_unknown_keys(&entries, "`leadStagePipeline`", &KEYS);
    let stages =
        entries.get_non_null("leadStages").map_or(&[][..], |n| reader.list(n, "`leadStages`"));
    let mut stages: Vec<_> = stages.iter().filter_map(|stage| read_stage(stage, reader)).collect();
    stages.extend(entries.get_non_null("statuses").map(|node| without_stage(node, reader)));
    let mut reasons = |key, list| {
        let node = entries.get_non_null(key);
        node.map_or_else(Vec::new, |n| read_labels(n, &lost_reasons(list), reader))
    };
    let mut lost_reasons = reasons("activeLeadLostReasons", "`activeLeadLostReasons`");
    lost_reasons.extend(reasons("lostReasons", "`lostReasons`"));
    Some(RawPipeline {
        stages,
        lost_reasons,
        archived_lost_reasons: reasons("archivedLeadLostReasons", "`archivedLeadLostReasons`"),
    })
}

fn read_stage(node: &Node, reader: &mut Reader<'_>) -> Option<RawStage> {
    let noun = "a stage of `leadStages`";
    let entries = reader.mapping(node, noun)?;
    reader.warn_unknown_keys(&entries, noun, &STAGE_KEYS);
    let stage_type = reader.required(node, &entries, noun, ("stageType", "OPEN"));
    let stage_type = stage_type.and_then(|node| read_stage_type(node, reader));
    let mut labels = |key, list| {
        let node = entries.get_non_null(key);
        node.map_or_else(Vec::new, |n| read_labels(n, &statuses(list), reader))
    };
    let active = labels("activeStatuses", "`activeStatuses`");
    let archived = labels("archivedStatuses", "`archivedStatuses`");
    Some(RawStage { kind: stage_type?, active, archived })
}

/// Reads the statuses of a pipeline without stages, a form that public code shows.
fn without_stage(node: &Node, reader: &mut Reader<'_>) -> RawStage {
    reader
        .report
        .add(
            Rule::StatusesWithoutStage,
            node.span,
            "the pipeline has `statuses` without a stage: they are read as stage `OPEN`",
        )
        .set_label("no stage")
        .set_help("write the statuses under `leadStages`, each below its `stageType`");
    let active = read_labels(node, &statuses("`statuses`"), reader);
    RawStage { kind: Stage::Open, active, archived: Vec::new() }
}

fn read_stage_type(node: &Node, reader: &mut Reader<'_>) -> Option<Stage> {
    let word = reader.name(node, "the `stageType` of a stage")?;
    let known = STAGE_TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(&word.value));
    if known.is_none() {
        reader
            .report
            .add(
                Rule::UnknownWord,
                word.span,
                format!("unknown `stageType`: {}", quoted(&word.value)),
            )
            .set_label("unknown stage type")
            .set_help(suggest::help(
                &word.value,
                STAGE_TYPES.map(|(name, _)| name),
                "a stage type is `OPEN`, `WON` or `LOST`",
            ));
    }
    known.map(|&(_, stage_type)| stage_type)
}
