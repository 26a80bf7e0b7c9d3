//! `leadStagePipeline`: the answer of `GET /lead-stage-pipeline`.

use super::fields::{Label, LabelList, read_labels};
use super::node::Node;
use super::reader::Reader;
use crate::near::nearest;
use crate::report::{Rule, quoted};

/// The statuses and lost reasons of the workspace.
#[derive(Debug, Default)]
pub(crate) struct Pipeline {
    pub(crate) stages: Vec<Stage>,
    pub(crate) lost_reasons: Vec<Label>,
    pub(crate) archived_lost_reasons: Vec<Label>,
}

/// A stage with its statuses.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) kind: StageType,
    pub(crate) active: Vec<Label>,
    pub(crate) archived: Vec<Label>,
}

/// `stageType`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StageType {
    Open,
    Won,
    Lost,
}

const KEYS: [&str; 8] = [
    "leadStages",
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

const STAGE_TYPES: [(&str, StageType); 3] =
    [("OPEN", StageType::Open), ("WON", StageType::Won), ("LOST", StageType::Lost)];

pub(super) fn read_section(node: &Node, reader: &mut Reader<'_>) -> Option<Pipeline> {
    let mut entries = reader.mapping(node, "`leadStagePipeline`")?;
    // The whole answer may be wrapped in its own name, as the other sections' answers are.
    if let Some(inner) = entries.get("leadStagePipeline") {
        entries = reader.mapping(inner, "`leadStagePipeline`")?;
    }
    reader.known_keys(&entries, "`leadStagePipeline`", &KEYS);
    let stages = entries.given("leadStages").map_or(&[][..], |n| reader.list(n, "`leadStages`"));
    let stages = stages.iter().filter_map(|stage| read_stage(stage, reader)).collect();
    let mut reasons = |key, what| {
        let node = entries.given(key);
        node.map_or_else(Vec::new, |n| read_labels(n, &lost_reasons(what), reader))
    };
    Some(Pipeline {
        stages,
        lost_reasons: reasons("activeLeadLostReasons", "`activeLeadLostReasons`"),
        archived_lost_reasons: reasons("archivedLeadLostReasons", "`archivedLeadLostReasons`"),
    })
}

fn read_stage(node: &Node, reader: &mut Reader<'_>) -> Option<Stage> {
    let what = "a stage of `leadStages`";
    let entries = reader.mapping(node, what)?;
    reader.known_keys(&entries, what, &STAGE_KEYS);
    let stage_type = reader.required(node, &entries, what, ("stageType", "OPEN"));
    let stage_type = stage_type.and_then(|it| read_stage_type(it, reader));
    let mut labels = |key, what| {
        let node = entries.given(key);
        node.map_or_else(Vec::new, |n| read_labels(n, &statuses(what), reader))
    };
    let active = labels("activeStatuses", "`activeStatuses`");
    let archived = labels("archivedStatuses", "`archivedStatuses`");
    Some(Stage { kind: stage_type?, active, archived })
}

fn read_stage_type(node: &Node, reader: &mut Reader<'_>) -> Option<StageType> {
    let word = reader.name(node, "the `stageType` of a stage")?;
    let known = STAGE_TYPES.iter().find(|(name, _)| name.eq_ignore_ascii_case(&word.value));
    if known.is_none() {
        let near = nearest(&word.value, STAGE_TYPES.map(|(name, _)| name));
        reader
            .report
            .add(Rule::UnknownWord, word.span, format!("{} is no `stageType`", quoted(&word.value)))
            .label("unknown stage type")
            .with_help(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "a stage type is `OPEN`, `WON` or `LOST`".to_owned(),
            });
    }
    known.map(|&(_, stage_type)| stage_type)
}
