//! Schema with Rust names, and the pass that assigns them.

use telecrm_schema::{
    Action, Archived, Field, FieldType, Label, Report, Rule, Schema, Stage, quoted,
};

use super::assign::{RenameAt, Wanted, name_all};
use super::casing::{Style, plain};
use super::renames::{Renames, path_of};
use super::reserved;
use super::scope::{Owner, Scope};

/// A schema with a Rust name for each item.
///
/// Each item has its Rust names, and the schema's item in the field `schema`.
///
/// ```
/// # fn main() -> Result<(), telecrm_codegen::Error> {
/// let yaml = "customFields: [{ apiName: Phone No., type: PHONE, isLeadid: true }]";
/// let schema = telecrm_codegen::NamedSchema::from_yaml(yaml)?;
/// assert_eq!(schema.identifier().ident, "phone_no");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NamedSchema {
    /// The schema, including the fields without generated code.
    pub schema: Schema,
    /// The lead's fields in generated code.
    pub fields: Vec<NamedField>,
    /// Index of the lead identifier in [`fields`](Self::fields).
    pub identifier: usize,
    /// The custom actions.
    pub actions: Vec<NamedAction>,
    /// The lead stage pipeline.
    pub pipeline: NamedPipeline,
}

impl NamedSchema {
    /// Returns the lead identifier, the field by which telecrm finds a lead.
    #[must_use]
    pub fn identifier(&self) -> &NamedField {
        &self.fields[self.identifier]
    }
}

/// A field with its Rust name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NamedField {
    /// The field in the schema.
    pub schema: Field,
    /// The Rust name of the struct field and of its setter (`r#type` for a keyword).
    pub ident: String,
    /// The enum of a dropdown or tags field.
    pub options: Option<NamedOptions>,
    /// The Rust name of the type of a text with limits, in `texts` or in the action's module.
    pub text: Option<String>,
}

impl NamedField {
    /// Returns the Rust name of the constant with the API name.
    ///
    /// The names of fields are in `snake_case`, so different fields have different constants.
    #[must_use]
    pub fn constant(&self) -> String {
        plain(&self.ident).to_ascii_uppercase()
    }
}

/// The enum of a dropdown or tags field.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NamedOptions {
    /// The Rust name of the enum, in `options` or in the action's module.
    pub ident: String,
    /// The variants.
    pub labels: Vec<NamedLabel>,
}

/// A label with its Rust name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NamedLabel {
    /// The label in the schema.
    pub schema: Label,
    /// The Rust name of the variant.
    pub ident: String,
    /// Earlier labels with Rust names that no other label has.
    pub former: Vec<Former>,
}

/// An earlier label of an option.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Former {
    /// The earlier label.
    pub text: String,
    /// The Rust name of the earlier label.
    pub ident: String,
}

/// A custom action with its Rust names.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NamedAction {
    /// The action in the schema.
    pub schema: Action,
    /// The Rust name of the struct in `actions`, and of the variant of `Action`.
    pub ident: String,
    /// The Rust name of the module in `actions` with the types of its fields.
    pub module: String,
    /// The fields.
    pub fields: Vec<NamedField>,
}

/// The lead stage pipeline with its Rust names.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct NamedPipeline {
    /// Active statuses, which telecrm accepts.
    pub statuses: Vec<NamedStatus>,
    /// Archived statuses, which telecrm drops.
    pub archived_statuses: Vec<NamedArchived>,
    /// Active lost reasons, which telecrm accepts.
    pub lost_reasons: Vec<NamedLabel>,
    /// Archived lost reasons, which telecrm drops.
    pub archived_lost_reasons: Vec<NamedArchived>,
}

/// An active status with its Rust name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NamedStatus {
    /// The label.
    pub label: NamedLabel,
    /// The stage of the pipeline that it belongs to.
    pub stage: Stage,
}

/// An archived label with its Rust name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NamedArchived {
    /// The label in the schema.
    pub schema: Archived,
    /// The Rust name of the constant that exists for a clear compile error.
    pub ident: String,
}

/// Assigns every Rust name.
pub(super) fn name(schema: Schema, report: &mut Report) -> NamedSchema {
    let mut names = Names { renames: Renames::new(&schema.overrides), report };
    let pipeline = names.pipeline(&schema);
    let mut types = Scope::new(Style::Camel, &[reserved::OPTION_TYPES, reserved::PRELUDE]);
    let scope = Scope::new(Style::Snake, &[reserved::LEAD_FIELDS, reserved::COMMON_METHODS]);
    let generated: Vec<Field> =
        schema.fields.iter().filter(|field| field.is_generated).cloned().collect();
    let mut text_types = Scope::new(Style::Camel, &[reserved::PRELUDE]);
    let mut fields = names.fields(&generated, None, scope, &mut types);
    names.text_types(&mut fields, None, &mut text_types);
    // A draft may lack its identifier.
    let before = schema.fields.iter().take(schema.identifier);
    let identifier = before.filter(|field| field.is_generated).count();
    let actions = names.actions(&schema.actions);
    NamedSchema { schema, fields, identifier, actions, pipeline }
}

/// Names that the user chose, and the report of clashes.
struct Names<'s> {
    renames: Renames<'s>,
    report: &'s mut Report,
}

impl Names<'_> {
    /// Names the fields of the lead, or of the action with this code.
    fn fields(
        &mut self,
        fields: &[Field],
        action: Option<&str>,
        mut scope: Scope,
        types: &mut Scope,
    ) -> Vec<NamedField> {
        let paths: Vec<String> = fields.iter().map(|field| path_of(field, action)).collect();
        let wanted: Vec<Wanted<'_>> = fields
            .iter()
            .zip(&paths)
            .map(|(field, path)| Wanted {
                wire: &field.api_name,
                span: field.span,
                noun: "the field",
                renamed: self.renames.field(path),
                part: None,
                rename_at: Some(RenameAt { section: "fields", list: None, key: path }),
            })
            .collect();
        let idents = name_all(&wanted, &mut scope, self.report);
        let listed = || fields.iter().zip(&paths).filter(|(field, _)| field.options().is_some());
        let wanted: Vec<Wanted<'_>> = listed()
            .map(|(field, path)| Wanted {
                wire: &field.api_name,
                span: field.span,
                noun: "the enum of",
                renamed: self.renames.option_type(path),
                part: None,
                rename_at: Some(RenameAt { section: "types", list: None, key: path }),
            })
            .collect();
        let mut types = name_all(&wanted, types, self.report).into_iter();
        fields
            .iter()
            .zip(&paths)
            .zip(idents)
            .map(|((field, path), ident)| NamedField {
                schema: field.clone(),
                ident,
                options: field.options().map(|options| NamedOptions {
                    // The types are in the order of the fields with options.
                    ident: types.next().unwrap_or_default(),
                    labels: self.labels(
                        options.labels.iter(),
                        &[path],
                        "the label",
                        &mut variants(),
                    ),
                }),
                text: None,
            })
            .collect()
    }

    /// Names the labels of a list.
    ///
    /// `lists` are the names of the list under `codegen.rename.options`. Warnings suggest the first name.
    fn labels<'l>(
        &mut self,
        labels: impl Iterator<Item = &'l Label> + Clone,
        lists: &[&str],
        noun: &'static str,
        scope: &mut Scope,
    ) -> Vec<NamedLabel> {
        let wanted: Vec<Wanted<'_>> = labels
            .clone()
            .map(|label| Wanted {
                wire: &label.text,
                span: label.span,
                noun,
                renamed: self.renames.label(lists, &label.text),
                part: None,
                rename_at: lists.first().map(|&list| RenameAt {
                    section: "options",
                    list: Some(list),
                    key: &label.text,
                }),
            })
            .collect();
        let idents = name_all(&wanted, scope, self.report);
        labels
            .zip(idents)
            .map(|(label, ident)| NamedLabel {
                schema: label.clone(),
                ident,
                former: former(label, scope),
            })
            .collect()
    }

    /// Names the types of texts with limits after their fields.
    ///
    /// The fields are those of the lead or of the action with this code. The user resolves a clash of
    /// types by renaming a field.
    fn text_types(&mut self, fields: &mut [NamedField], action: Option<&str>, scope: &mut Scope) {
        for field in fields {
            let FieldType::Text(length) = field.schema.field_type else { continue };
            if length.bounds().is_none() {
                continue;
            }
            let (api_name, span) = (&field.schema.api_name, field.schema.span);
            let name = Style::Camel.spell(plain(&field.ident));
            let claim = scope.claim(&name, None, (api_name, span));
            // A clash with the prelude needs no warning: the user cannot resolve it.
            if let Some(Owner::Item(first, first_span)) = &claim.taken_by {
                let ident = &claim.ident;
                let path = path_of(&field.schema, action);
                let rename_at = RenameAt { section: "fields", list: None, key: &path };
                let (place, first) = (self.report.place(*first_span), quoted(first));
                let message = format!(
                    "the text type of {} is `{ident}` in Rust: {first} already has its name",
                    quoted(api_name)
                );
                self.report
                    .add(Rule::NamesMeet, span, message)
                    .add_related(place, "already has the name")
                    .set_label(format!("becomes `{ident}`"))
                    .set_help(format!(
                        "the type is named after the field; to rename both and silence this warning, write:\n\n{}",
                        rename_at.lines(&Style::Snake.spell(ident))
                    ));
            }
            field.text = Some(claim.ident);
        }
    }

    fn pipeline(&mut self, schema: &Schema) -> NamedPipeline {
        let pipeline = &schema.pipeline;
        let mut scope = variants();
        let labels = pipeline.statuses.iter().map(|status| &status.label);
        let labels = self.labels(labels, &schema.status_lists(), "the status", &mut scope);
        let statuses = pipeline.statuses.iter().zip(labels);
        let statuses =
            statuses.map(|(status, label)| NamedStatus { label, stage: status.stage }).collect();
        let archived_statuses = archived(&pipeline.archived_statuses, &mut scope);
        let mut scope = variants();
        let lists = schema.lost_reason_lists();
        let reasons = pipeline.lost_reasons.iter();
        let lost_reasons = self.labels(reasons, &lists, "the lost reason", &mut scope);
        let archived_lost_reasons = archived(&pipeline.archived_lost_reasons, &mut scope);
        NamedPipeline { statuses, archived_statuses, lost_reasons, archived_lost_reasons }
    }

    fn actions(&mut self, actions: &[Action]) -> Vec<NamedAction> {
        let mut scope = Scope::new(Style::Camel, &[reserved::ACTION_TYPES, reserved::PRELUDE]);
        let wanted: Vec<Wanted<'_>> = actions
            .iter()
            .map(|action| Wanted {
                wire: &action.display_name,
                span: action.span,
                noun: "the action",
                renamed: self.renames.action(&action.code),
                part: Some(bare(&action.code)).filter(|code| !code.is_empty()),
                rename_at: Some(RenameAt { section: "actions", list: None, key: &action.code }),
            })
            .collect();
        let idents = name_all(&wanted, &mut scope, self.report);
        let modules = modules(actions, &idents, &mut scope);
        actions
            .iter()
            .zip(idents)
            .zip(modules)
            .map(|((action, ident), module)| {
                let mut types = Scope::new(Style::Camel, &[reserved::PRELUDE]);
                let reserved = [reserved::ACTION_FIELDS, reserved::COMMON_METHODS];
                let scope = Scope::new(Style::Snake, &reserved);
                let code = Some(action.code.as_str());
                let mut fields = self.fields(&action.fields, code, scope, &mut types);
                self.text_types(&mut fields, code, &mut types);
                NamedAction { schema: action.clone(), ident, module, fields }
            })
            .collect()
    }
}

/// A scope for the variants of an enum.
fn variants() -> Scope {
    Scope::new(Style::Camel, &[reserved::VARIANTS])
}

/// The Rust names of earlier labels, unless a current label has them.
fn former(label: &Label, scope: &mut Scope) -> Vec<Former> {
    let formerly = label.formerly.iter();
    formerly
        .filter_map(|earlier| {
            let name = Style::Camel.spell(&earlier.value);
            let ident = scope.claim_exactly(&name, (&earlier.value, earlier.span)).ok()?;
            Some(Former { text: earlier.value.clone(), ident })
        })
        .collect()
}

/// Names the constants for archived labels.
fn archived(archived: &[Archived], scope: &mut Scope) -> Vec<NamedArchived> {
    let name = |label: &Archived| {
        let owner = (label.text.as_str(), label.span);
        let claim = scope.claim(&Style::Camel.spell(&label.text), None, owner);
        NamedArchived { schema: label.clone(), ident: claim.ident }
    };
    archived.iter().map(name).collect()
}

/// Names the modules of actions after their structs, in the same namespace.
fn modules(actions: &[Action], idents: &[String], scope: &mut Scope) -> Vec<String> {
    let names = idents.iter().map(|ident| plain(ident));
    names
        .zip(actions)
        .map(|(name, action)| {
            let code = Style::Camel.spell_part(bare(&action.code));
            // `SiteVisit1002` is `site_visit_1002`.
            let name = match name.strip_suffix(&code) {
                Some(rest) if !rest.is_empty() && !code.is_empty() => format!("{rest}_{code}"),
                _ => name.to_owned(),
            };
            let owner = (action.code.as_str(), action.span);
            scope.claim(&Style::Snake.spell(&name), None, owner).ident
        })
        .collect()
}

/// Removes the prefix of an action's code.
fn bare(code: &str) -> &str {
    code.strip_prefix("ACTION_").unwrap_or(code)
}
