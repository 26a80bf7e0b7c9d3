//! What the judge knows of a workspace: the checked schema, cut down to what decides the fate of
//! a value. Rust names, descriptions and positions stay behind.

mod index;

use telecrm_schema::{self as model, FieldType, Schema};

use crate::{
    country::CountryCode,
    near::{self, Near},
};
use index::Index;

/// The rules of one workspace.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// API name of the lead identifier.
    pub(crate) identifier: String,
    /// The lead's fields, the identifier among them.
    pub(crate) fields: Fields,
    /// The custom actions that may be written.
    pub(crate) actions: Vec<ActionRule>,
    /// What telecrm puts before a phone that was sent without a country code.
    pub(crate) country: CountryCode,
}

/// The fields of a lead or of an action, by API name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    /// In the order of the schema.
    pub(crate) list: Vec<FieldRule>,
    by_name: Index,
}

/// One field.
#[derive(Clone, Debug)]
pub(crate) struct FieldRule {
    /// The key on the wire, to the byte.
    pub(crate) name: String,
    /// What fits in it.
    pub(crate) kind: Kind,
    /// `lockAfterCreate`.
    pub(crate) locked: bool,
}

/// One custom action.
#[derive(Clone, Debug)]
pub(crate) struct ActionRule {
    /// The full code, `ACTION_1001`.
    pub(crate) code: String,
    /// What people call it; only for reasons.
    pub(crate) display_name: String,
    /// Its own fields.
    pub(crate) fields: Fields,
    /// `allowPredatedActivity.enabled`.
    pub(crate) backdatable: bool,
}

/// What fits in a field.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Text {
        min: Option<u32>,
        max: Option<u32>,
    },
    Email,
    Phone,
    Number,
    Date,
    Dropdown(Labels),
    Tags(Labels),
    Money,
    Website,
    MediaLink,
    ActiveUsers,
    Rating,
    Status(Lifecycle),
    LostReason(Lifecycle),
    /// A field under `codegen: skip`: telecrm has it, and its type may be one that nobody here
    /// knows, so whatever is sent is stored.
    Unjudged,
}

/// The labels of a dropdown or tags field.
#[derive(Clone, Debug, Default)]
pub(crate) struct Labels {
    /// The labels of the schema.
    pub(crate) known: Vec<String>,
    by_label: Index,
    /// `codegen: open`: other labels are sent knowingly, so creating them is no mistake.
    pub(crate) open: bool,
}

/// The labels of the lead stage pipeline, of statuses or of lost reasons.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lifecycle {
    /// Labels that may be sent.
    pub(crate) active: Vec<String>,
    /// Labels that old leads still show, and that telecrm drops.
    pub(crate) archived: Vec<String>,
}

impl Rules {
    /// Reads the rules out of a checked workspace.
    pub(crate) fn new(workspace: &Schema, country: CountryCode) -> Self {
        let fields = Fields::new(&workspace.fields, &workspace.skipped, &workspace.pipeline);
        let actions = workspace
            .actions
            .iter()
            .map(|action| ActionRule {
                code: action.code.clone(),
                display_name: action.display_name.clone(),
                fields: Fields::new(&action.fields, &action.skipped, &workspace.pipeline),
                backdatable: action.backdatable,
            })
            .collect();
        Self { identifier: workspace.identifier().api_name.clone(), fields, actions, country }
    }

    /// The action of this full code.
    pub(crate) fn action(&self, code: &str) -> Option<&ActionRule> {
        self.actions.iter().find(|action| action.code == code)
    }
}

impl Fields {
    fn new(
        fields: &[model::Field],
        skipped: &[model::SkippedField],
        pipeline: &model::Pipeline,
    ) -> Self {
        let judged = fields.iter().map(|field| FieldRule {
            name: field.api_name.clone(),
            kind: Kind::new(&field.field_type, pipeline),
            locked: field.lock_after_create,
        });
        let unjudged = skipped.iter().map(|field| FieldRule {
            name: field.api_name.clone(),
            kind: Kind::Unjudged,
            locked: false,
        });
        let list: Vec<_> = judged.chain(unjudged).collect();
        let by_name = Index::new(&list, |field| &field.name);
        Self { list, by_name }
    }

    /// The field of this API name, which is case-sensitive.
    pub(crate) fn get(&self, name: &str) -> Option<&FieldRule> {
        self.by_name.find(&self.list, |field| &field.name, name)
    }

    /// The API name that `name` is another casing or spelling of.
    pub(crate) fn near(&self, name: &str) -> Option<&str> {
        let wanted = Near::name(name)?;
        self.list
            .iter()
            .map(|field| field.name.as_str())
            .find(|known| Near::name(known).as_ref() == Some(&wanted))
    }
}

impl Kind {
    fn new(kind: &FieldType, pipeline: &model::Pipeline) -> Self {
        match kind {
            FieldType::Text(length) => Self::Text { min: length.min, max: length.max },
            FieldType::Email => Self::Email,
            FieldType::Phone => Self::Phone,
            FieldType::Number => Self::Number,
            FieldType::Date => Self::Date,
            FieldType::Dropdown(options) => Self::Dropdown(Labels::new(options)),
            FieldType::Tags(options) => Self::Tags(Labels::new(options)),
            FieldType::Money => Self::Money,
            FieldType::Website => Self::Website,
            FieldType::MediaLink => Self::MediaLink,
            FieldType::ActiveUsers => Self::ActiveUsers,
            FieldType::Rating => Self::Rating,
            FieldType::Status => Self::Status(Lifecycle {
                active: pipeline.statuses.iter().map(|status| status.label.text.clone()).collect(),
                archived: labels_of(&pipeline.archived_statuses),
            }),
            FieldType::LostReason => Self::LostReason(Lifecycle {
                active: pipeline.lost_reasons.iter().map(|reason| reason.text.clone()).collect(),
                archived: labels_of(&pipeline.archived_lost_reasons),
            }),
        }
    }
}

fn labels_of(archived: &[model::Archived]) -> Vec<String> {
    archived.iter().map(|entry| entry.text.clone()).collect()
}

impl Labels {
    fn new(options: &model::Options) -> Self {
        let known: Vec<_> = options.labels.iter().map(|label| label.text.clone()).collect();
        Self { by_label: Index::new(&known, String::as_str), known, open: options.open }
    }

    /// Whether a value may carry this label without anyone having to be told.
    pub(crate) fn allows(&self, label: &str) -> bool {
        self.open || self.by_label.find(&self.known, String::as_str, label).is_some()
    }

    /// What was probably meant.
    pub(crate) fn near(&self, label: &str) -> Option<&str> {
        near::label(&self.known, label)
    }
}

impl Lifecycle {
    pub(crate) fn is_active(&self, label: &str) -> bool {
        self.active.iter().any(|known| known == label)
    }

    pub(crate) fn is_archived(&self, label: &str) -> bool {
        self.archived.iter().any(|known| known == label)
    }

    /// What was probably meant.
    pub(crate) fn near(&self, label: &str) -> Option<&str> {
        near::label(&self.active, label)
    }
}
