//! Schema of a workspace, indexed by the names of fields, actions and labels.

use super::{behavior::Behaviors, index::Index, phone::CountryCode};
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
    /// The lead's fields, including the identifier.
    pub(super) fields: Fields,
    /// The custom actions that may be written.
    pub(super) actions: Vec<ActionRule>,
    /// The country code that telecrm adds to a phone without one.
    pub(super) country: CountryCode,
    pub(super) behaviors: Behaviors,
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
    /// The key on the wire, byte for byte.
    pub(super) name: String,
    /// The type of the values. `None` for a field under `codegen: skip`, which accepts any value.
    pub(super) field_type: Option<FieldType>,
    /// The labels that the field accepts; empty for a type without labels.
    pub(super) labels: Labels,
}

/// One custom action.
#[derive(Clone, Debug)]
pub(super) struct ActionRule {
    /// The full code, `ACTION_1001`.
    pub(super) code: String,
    /// The display name, which only reasons contain.
    pub(super) display_name: String,
    /// The action's fields.
    pub(super) fields: Fields,
    /// The rule of `created_on`, if the action may be backdated.
    pub(super) created_on: Option<FieldRule>,
}

/// The labels of a dropdown, of tags, or of a part of the lead stage pipeline.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels {
    /// Labels that may be sent.
    pub(super) active: Vec<String>,
    by_label: Index,
    /// Labels that old leads may have, and that telecrm drops.
    archived: Vec<String>,
    /// `codegen: open`: the user allows other labels, so a new label is not a violation.
    pub(super) open: bool,
}

impl Rules {
    pub(super) fn new(schema: &Schema, country: CountryCode, behaviors: Behaviors) -> Self {
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
            behaviors,
        }
    }

    /// Returns the action with this full code.
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

    /// Returns the field with this API name, which is case-sensitive.
    pub(super) fn get(&self, name: &str) -> Option<&FieldRule> {
        self.by_name.find(&self.list, |field| &field.name, name)
    }

    /// Returns the field whose API name is `name` in another case or spelling.
    pub(super) fn near(&self, name: &str) -> Option<&FieldRule> {
        self.list.iter().find(|field| suggest::same_name(&field.name, name))
    }
}

impl FieldRule {
    pub(super) fn is_phone(&self) -> bool {
        matches!(self.field_type, Some(FieldType::Phone))
    }

    /// Returns whether telecrm may read an empty text as a value of the field: its values are texts and no
    /// labels, or the type is unknown.
    pub(super) fn takes_texts(&self) -> bool {
        match &self.field_type {
            None
            | Some(
                FieldType::Text(_)
                | FieldType::Email
                | FieldType::Phone
                | FieldType::Money
                | FieldType::Website
                | FieldType::MediaLink
                | FieldType::ActiveUsers,
            ) => true,
            Some(_) => false,
        }
    }

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
        let archived = |list: &[Archived]| list.iter().map(|label| label.text.clone()).collect();
        let (active, archived, open) = match field_type {
            FieldType::Dropdown(options) | FieldType::Tags(options) => {
                let labels = options.labels.iter().map(|label| label.text.clone());
                (labels.collect(), Vec::new(), options.open)
            }
            FieldType::Status => {
                let labels = pipeline.statuses.iter().map(|status| status.label.text.clone());
                (labels.collect(), archived(&pipeline.archived_statuses), false)
            }
            FieldType::LostReason => {
                let labels = pipeline.lost_reasons.iter().map(|reason| reason.text.clone());
                (labels.collect(), archived(&pipeline.archived_lost_reasons), false)
            }
            _ => (Vec::new(), Vec::new(), false),
        };
        Self { by_label: Index::new(&active, String::as_str), active, archived, open }
    }

    /// Returns whether the list contains exactly this label.
    pub(super) fn contains(&self, label: &str) -> bool {
        self.by_label.find(&self.active, String::as_str, label).is_some()
    }

    /// Returns whether the field declares this label, as an active or an archived label.
    pub(super) fn declare(&self, label: &str) -> bool {
        self.contains(label) || self.is_archived(label)
    }

    pub(super) fn is_archived(&self, label: &str) -> bool {
        self.archived.iter().any(|known| known == label)
    }

    /// Returns the label that the sender probably intended.
    pub(super) fn near(&self, label: &str) -> Option<&str> {
        suggest::same_label(label, &self.active)
    }
}
