//! Schema with every Rust name decided, and the pass that decides them.

use telecrm_schema::{
    Action, Archived, Field, FieldType, Label, Report, Rule, Schema, Stage, quoted,
};

use super::assign::{RenameAt, Wanted, name_all};
use super::casing::{Style, plain};
use super::renames::{Renames, path_of};
use super::reserved;
use super::scope::{Owner, Scope};

/// A schema with every Rust name decided.
///
/// Each item has its Rust names, and the item of the schema in its field `schema`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NamedSchema {
    /// The schema, with the fields that generated code leaves out.
    pub schema: Schema,
    /// The lead's fields that generated code has.
    pub fields: Vec<NamedField>,
    /// Index of the lead identifier in [`fields`](Self::fields).
    pub identifier: usize,
    /// The custom actions.
    pub actions: Vec<NamedAction>,
    /// The lead stage pipeline.
    pub pipeline: NamedPipeline,
}

impl NamedSchema {
    /// The field by which telecrm finds a lead.
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
    /// The Rust name of the struct field and of its setter (`r#type` where it must be raw).
    pub ident: String,
    /// The enum of a dropdown or tags field.
    pub options: Option<NamedOptions>,
    /// The Rust name of the type of a text with limits, in `texts` or in the action's module.
    pub text: Option<String>,
}

impl NamedField {
    /// The Rust name of the constant that holds the API name. Fields' names are in `snake_case`, so
    /// that these differ where those do.
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
    /// Its variants.
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
    /// Earlier labels whose Rust names are free.
    pub former: Vec<Former>,
}

/// An earlier label of an option.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Former {
    /// The earlier label.
    pub text: String,
    /// The Rust name that it had.
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
    /// The Rust name of the module in `actions` that holds the enums of its fields.
    pub module: String,
    /// Its fields.
    pub fields: Vec<NamedField>,
}

/// The lead stage pipeline with its Rust names.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct NamedPipeline {
    /// Statuses that may be sent.
    pub statuses: Vec<NamedStatus>,
    /// Statuses that telecrm drops.
    pub archived_statuses: Vec<NamedArchived>,
    /// Lost reasons that may be sent.
    pub lost_reasons: Vec<NamedLabel>,
    /// Lost reasons that telecrm drops.
    pub archived_lost_reasons: Vec<NamedArchived>,
}

/// An active status with its Rust name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NamedStatus {
    /// Its label.
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
    /// The Rust name of the constant whose use explains that it is archived.
    pub ident: String,
}

/// Decides every Rust name.
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

/// Names that the user chose, and where clashes are reported.
struct Names<'s> {
    renames: Renames<'s>,
    report: &'s mut Report,
}

impl Names<'_> {
    /// Fields of the lead, or of the action with this code.
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
                what: "the field",
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
                what: "the enum of",
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
                    // The types have the order of the fields with options.
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

    /// Names the labels of a list. `lists` are the names of the list under `codegen.rename.options`; the
    /// first name is suggested.
    fn labels<'l>(
        &mut self,
        labels: impl Iterator<Item = &'l Label> + Clone,
        lists: &[&str],
        what: &'static str,
        scope: &mut Scope,
    ) -> Vec<NamedLabel> {
        let wanted: Vec<Wanted<'_>> = labels
            .clone()
            .map(|label| Wanted {
                wire: &label.text,
                span: label.span,
                what,
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

    /// Names the types of texts with limits after their fields, of the lead or of the action with this
    /// code. A renamed field therefore settles a clash of its type, too.
    fn text_types(&mut self, fields: &mut [NamedField], action: Option<&str>, scope: &mut Scope) {
        for field in fields {
            let FieldType::Text(length) = field.schema.field_type else { continue };
            if length.bounds().is_none() {
                continue;
            }
            let (api_name, span) = (&field.schema.api_name, field.schema.span);
            let name = Style::Camel.spell(plain(&field.ident));
            let claim = scope.claim(&name, None, (api_name, span));
            // A name of the prelude is always taken: the user can settle nothing.
            if let Some(Owner::Item(first, first_span)) = &claim.met {
                let ident = &claim.ident;
                let path = path_of(&field.schema, action);
                let rename_at = RenameAt { section: "fields", list: None, key: &path };
                let (place, first) = (self.report.place(*first_span), quoted(first));
                let message = format!(
                    "the text type of {} is `{ident}` in Rust: {first} has the name first",
                    quoted(api_name)
                );
                self.report
                    .add(Rule::NamesMeet, span, message)
                    .related(place, "has the name first")
                    .label(format!("becomes `{ident}`"))
                    .with_help(format!(
                        "the type is named after the field; to rename both, and silence this:\n\n{}",
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
                what: "the action",
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

/// A scope for the variants of one enum.
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

/// Names the constants that explain archived labels.
fn archived(archived: &[Archived], scope: &mut Scope) -> Vec<NamedArchived> {
    let name = |label: &Archived| {
        let owner = (label.text.as_str(), label.span);
        let claim = scope.claim(&Style::Camel.spell(&label.text), None, owner);
        NamedArchived { schema: label.clone(), ident: claim.ident }
    };
    archived.iter().map(name).collect()
}

/// Modules are named as their structs, and share the namespace with them.
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

/// The code without its prefix.
fn bare(code: &str) -> &str {
    code.strip_prefix("ACTION_").unwrap_or(code)
}
