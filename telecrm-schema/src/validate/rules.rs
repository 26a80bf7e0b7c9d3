//! Schema of a workspace, indexed for looking up fields, actions and labels by name.

use super::{index::Index, phone::CountryCode};
use crate::{
    field_type::FieldType,
    schema::{Archived, Field, Pipeline, Schema, SkippedField},
    suggest,
};

/// The rules of one workspace.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// API name of the lead identifier.
    pub(super) identifier: String,
    /// The lead's fields, the identifier among them.
    pub(super) fields: Fields,
    /// The custom actions that may be written.
    pub(super) actions: Vec<ActionRule>,
    /// The code that telecrm puts before a phone that was sent without a country code.
    pub(super) country: CountryCode,
}

/// The fields of a lead or of an action, by API name.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    /// In the order of the schema.
    pub(super) list: Vec<FieldRule>,
    by_name: Index,
}

/// One field.
#[derive(Clone, Debug)]
pub(super) struct FieldRule {
    /// The key on the wire, to the byte.
    pub(super) name: String,
    /// The values that fit; `None` for a field under `codegen: skip`, whose type may be unknown here,
    /// so that every value of it is stored.
    pub(super) field_type: Option<FieldType>,
    /// The labels that it takes, where it takes labels.
    pub(super) labels: Labels,
}

/// One custom action.
#[derive(Clone, Debug)]
pub(super) struct ActionRule {
    /// The full code, `ACTION_1001`.
    pub(super) code: String,
    /// The name that people use; only for reasons.
    pub(super) display_name: String,
    /// Its own fields.
    pub(super) fields: Fields,
    /// `created_on`, where the action may be backdated.
    pub(super) created_on: Option<FieldRule>,
}

/// The labels of a dropdown, of tags, or of a part of the lead stage pipeline.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels {
    /// Labels that may be sent.
    pub(super) active: Vec<String>,
    by_label: Index,
    /// Labels that old leads still show, and that telecrm drops.
    archived: Vec<String>,
    /// `codegen: open`: other labels are sent knowingly, so creating them is no mistake.
    pub(super) open: bool,
}

impl Rules {
    pub(super) fn new(schema: &Schema, country: CountryCode) -> Self {
        let pipeline = &schema.pipeline;
        let actions = schema.actions.iter().map(|action| ActionRule {
            code: action.code.clone(),
            display_name: action.display_name.clone(),
            fields: Fields::new(&action.fields, &action.skipped, pipeline),
            created_on: action.backdatable.then(FieldRule::created_on),
        });
        Self {
            identifier: schema.identifier().api_name.clone(),
            fields: Fields::new(&schema.fields, &schema.skipped, pipeline),
            actions: actions.collect(),
            country,
        }
    }

    /// The action of this full code.
    pub(super) fn action(&self, code: &str) -> Option<&ActionRule> {
        self.actions.iter().find(|action| action.code == code)
    }
}

impl Fields {
    fn new(fields: &[Field], skipped: &[SkippedField], pipeline: &Pipeline) -> Self {
        let known = fields.iter().map(|field| FieldRule {
            name: field.api_name.clone(),
            labels: Labels::new(&field.field_type, pipeline),
            field_type: Some(field.field_type.clone()),
        });
        let skipped = skipped.iter().map(|field| FieldRule {
            name: field.api_name.clone(),
            labels: Labels::default(),
            field_type: None,
        });
        let list: Vec<_> = known.chain(skipped).collect();
        let by_name = Index::new(&list, |field| &field.name);
        Self { list, by_name }
    }

    /// The field of this API name, which is case-sensitive.
    pub(super) fn get(&self, name: &str) -> Option<&FieldRule> {
        self.by_name.find(&self.list, |field| &field.name, name)
    }

    /// The field that `name` is another casing or spelling of.
    pub(super) fn near(&self, name: &str) -> Option<&FieldRule> {
        self.list.iter().find(|it| suggest::same_name(&it.name, name))
    }
}

impl FieldRule {
    fn created_on() -> Self {
        Self {
            name: "created_on".to_owned(),
            field_type: Some(FieldType::Date),
            labels: Labels::default(),
        }
    }
}

impl Labels {
    fn new(field_type: &FieldType, pipeline: &Pipeline) -> Self {
        let archived = |list: &[Archived]| list.iter().map(|it| it.text.clone()).collect();
        let (active, archived, open) = match field_type {
            FieldType::Dropdown(options) | FieldType::Tags(options) => {
                let labels = options.labels.iter().map(|it| it.text.clone());
                (labels.collect(), Vec::new(), options.open)
            }
            FieldType::Status => {
                let labels = pipeline.statuses.iter().map(|it| it.label.text.clone());
                (labels.collect(), archived(&pipeline.archived_statuses), false)
            }
            FieldType::LostReason => {
                let labels = pipeline.lost_reasons.iter().map(|it| it.text.clone());
                (labels.collect(), archived(&pipeline.archived_lost_reasons), false)
            }
            _ => (Vec::new(), Vec::new(), false),
        };
        Self { by_label: Index::new(&active, String::as_str), active, archived, open }
    }

    /// Whether this very label is one of those that may be sent.
    pub(super) fn has(&self, label: &str) -> bool {
        self.by_label.find(&self.active, String::as_str, label).is_some()
    }

    /// Whether a value may hold this label without a violation.
    pub(super) fn allow(&self, label: &str) -> bool {
        self.open || self.has(label)
    }

    pub(super) fn is_archived(&self, label: &str) -> bool {
        self.archived.iter().any(|known| known == label)
    }

    /// The label that was probably meant.
    pub(super) fn near(&self, label: &str) -> Option<&str> {
        suggest::same_label(label, &self.active)
    }
}
