//! Fields of the lead and of actions: types resolved, limits and options checked, names given.

use std::collections::BTreeMap;

use super::choices::Choices;
use super::labels;
use super::names::{Wanted, name_all, settle_lines};
use super::type_name::{TYPES, TypeName};
use super::{Field, Kind, Length, Options, SkippedField};
use crate::naming::{Scope, Style};
use crate::near::nearest;
use crate::report::{Report, Rule, Span, quoted};
use crate::schema;

/// Whose fields they are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owner<'o> {
    Lead,
    /// The action of this code.
    Action(&'o str),
}

impl Owner<'_> {
    /// What a field goes by in the section `codegen`.
    fn path(self, api_name: &str) -> String {
        match self {
            Self::Lead => api_name.to_owned(),
            Self::Action(code) => format!("{code}.{api_name}"),
        }
    }
}

/// What the pipeline offers to fields of type `STATUS` and `LOST_REASON`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offer {
    pub(super) pipeline: bool,
    pub(super) statuses: bool,
    pub(super) lost_reasons: bool,
}

/// The two namespaces that fields are named in.
pub(super) struct Scopes<'r> {
    pub(super) fields: Scope,
    pub(super) types: &'r mut Scope,
}

/// Checks fields and names them. The second list holds what `codegen: skip` leaves out.
pub(super) fn build(
    fields: &[schema::Field],
    owner: Owner<'_>,
    offer: Offer,
    mut scopes: Scopes<'_>,
    choices: &mut Choices<'_>,
    report: &mut Report,
) -> (Vec<Field>, Vec<SkippedField>) {
    let mut skipped = Vec::new();
    let mut kept: Vec<(&schema::Field, TypeName)> = Vec::new();
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for field in fields {
        let api_name = field.api_name.value.as_str();
        if let Some(&first) = seen.get(api_name) {
            duplicate(field, first, report);
            continue;
        }
        seen.insert(api_name, field.api_name.span);
        if choices.skips(&owner.path(api_name)) {
            let type_name = field.type_name.value.clone();
            skipped.push(SkippedField { api_name: api_name.to_owned(), type_name });
        } else if let Some(type_name) = TypeName::read(&field.type_name.value) {
            kept.push((field, type_name));
        } else {
            unknown_type(field, &owner.path(api_name), report);
        }
    }
    let paths: Vec<String> = kept.iter().map(|(it, _)| owner.path(&it.api_name.value)).collect();
    let idents = name_fields(&kept, &paths, &mut scopes.fields, choices, report);
    let mut types = name_types(&kept, &paths, scopes.types, choices, report);
    let fields = kept
        .iter()
        .zip(&paths)
        .zip(idents)
        .map(|((&(field, type_name), path), ident)| Field {
            id: field.id.clone(),
            api_name: field.api_name.value.clone(),
            ident,
            kind: kind(field, type_name, path, offer, &mut types, choices, report),
            description: field.description.clone(),
            lock_after_create: field.lock_after_create,
        })
        .collect();
    (fields, skipped)
}

fn duplicate(field: &schema::Field, first: Span, report: &mut Report) {
    let first = report.place(first);
    report
        .add(
            Rule::DuplicateApiName,
            field.api_name.span,
            format!("the field {} stands twice in `customFields`", quoted(&field.api_name.value)),
        )
        .label("again")
        .related(first, "first here")
        .with_help("an API name belongs to one field; remove one of the two");
}

fn unknown_type(field: &schema::Field, path: &str, report: &mut Report) {
    let spelled = &field.type_name;
    let names = TYPES.map(|(name, _)| name);
    let near = nearest(&spelled.value, names).map_or_else(
        || format!("the types are {}", names.join(" ")),
        |near| format!("did you mean `{near}`?"),
    );
    report
        .add(
            Rule::UnknownFieldType,
            spelled.span,
            format!(
                "the field {} has the type {}, which this version does not know",
                quoted(&field.api_name.value),
                quoted(&spelled.value)
            ),
        )
        .label("unknown type")
        .with_help(format!("{near}\nto do without the field:\n\ncodegen:\n  skip: [{path}]"));
}

fn name_fields(
    fields: &[(&schema::Field, TypeName)],
    paths: &[String],
    scope: &mut Scope,
    choices: &mut Choices<'_>,
    report: &mut Report,
) -> Vec<String> {
    let wanted: Vec<Wanted<'_>> = fields
        .iter()
        .zip(paths)
        .map(|((field, _), path)| Wanted {
            wire: &field.api_name.value,
            span: field.api_name.span,
            what: "the field",
            renamed: choices.field(path),
            part: None,
            settle: Some(settle_lines("fields", None, path)),
        })
        .collect();
    name_all(&wanted, Style::Snake, scope, report)
}

/// Names the enums of the fields that have options, by the paths of the fields.
fn name_types(
    fields: &[(&schema::Field, TypeName)],
    paths: &[String],
    scope: &mut Scope,
    choices: &mut Choices<'_>,
    report: &mut Report,
) -> BTreeMap<String, String> {
    let listed = || fields.iter().zip(paths).filter(|((_, it), _)| it.takes_options());
    let wanted: Vec<Wanted<'_>> = listed()
        .map(|((field, _), path)| Wanted {
            wire: &field.api_name.value,
            span: field.api_name.span,
            what: "the enum of",
            renamed: choices.type_name(path),
            part: None,
            settle: Some(settle_lines("types", None, path)),
        })
        .collect();
    let idents = name_all(&wanted, Style::Camel, scope, report);
    listed().map(|(_, path)| path.clone()).zip(idents).collect()
}

fn kind(
    field: &schema::Field,
    type_name: TypeName,
    path: &str,
    offer: Offer,
    types: &mut BTreeMap<String, String>,
    choices: &mut Choices<'_>,
    report: &mut Report,
) -> Kind {
    if type_name != TypeName::Text {
        refuse_limits(field, type_name, report);
    }
    let listed = matches!(type_name, TypeName::Status | TypeName::LostReason);
    if !type_name.takes_options() && !listed {
        refuse_options(field, type_name, report);
    }
    let open = choices.opens(path);
    if let (Some(open), false) = (open, type_name.takes_options()) {
        report
            .add(
                Rule::OpenOnType,
                open,
                format!("{} cannot be `open`: it is a {} field", quoted(path), type_name.name()),
            )
            .label("has no list of labels to open")
            .with_help("only DROPDOWN and TAGS fields have labels of their own; remove the entry");
    }
    match type_name {
        TypeName::Text => Kind::Text(length(field, report)),
        TypeName::Email => Kind::Email,
        TypeName::Phone => Kind::Phone,
        TypeName::Number => Kind::Number,
        TypeName::Date => Kind::Date,
        TypeName::Dropdown => Kind::Dropdown(options(field, path, open, types, choices, report)),
        TypeName::Tags => Kind::Tags(options(field, path, open, types, choices, report)),
        TypeName::Money => Kind::Money,
        TypeName::Website => Kind::Website,
        TypeName::MediaLink => Kind::MediaLink,
        TypeName::ActiveUsers => Kind::ActiveUsers,
        TypeName::Rating => Kind::Rating,
        TypeName::Status => {
            if !offer.statuses {
                nothing_offered(field, type_name, offer, report);
            }
            Kind::Status
        }
        TypeName::LostReason => {
            if !offer.lost_reasons {
                nothing_offered(field, type_name, offer, report);
            }
            Kind::LostReason
        }
    }
}

fn refuse_limits(field: &schema::Field, type_name: TypeName, report: &mut Report) {
    for limit in [&field.min_length, &field.max_length].into_iter().flatten() {
        report
            .add(
                Rule::LimitOnType,
                limit.span,
                format!(
                    "the {} field {} takes no length limit",
                    type_name.name(),
                    quoted(&field.api_name.value)
                ),
            )
            .label("no limit here")
            .with_help("`minLength` and `maxLength` are for TEXT fields; remove it");
    }
}

fn refuse_options(field: &schema::Field, type_name: TypeName, report: &mut Report) {
    let Some(options) = field.options.as_ref().filter(|it| !it.value.is_empty()) else { return };
    report
        .add(
            Rule::OptionsOnType,
            options.span,
            format!(
                "the {} field {} takes no options",
                type_name.name(),
                quoted(&field.api_name.value)
            ),
        )
        .label("options of a field that has none")
        .with_help("`options` are for DROPDOWN and TAGS fields; mend the type, or remove them");
}

fn length(field: &schema::Field, report: &mut Report) -> Length {
    let min = field.min_length.as_ref();
    let max = field.max_length.as_ref();
    if let Some(max) = max
        && max.value < min.map_or(1, |min| min.value.max(1))
    {
        let min_place = min.map(|min| report.place(min.span));
        let diagnostic = report.add(
            Rule::LimitsCross,
            max.span,
            format!("nothing fits the limits of the field {}", quoted(&field.api_name.value)),
        );
        diagnostic
            .label("the most")
            .with_help("`maxLength` is at least 1 and at least `minLength`");
        if let Some(place) = min_place {
            diagnostic.related(place, "the least");
        }
    }
    Length { min: min.map(|it| it.value), max: max.map(|it| it.value) }
}

fn options(
    field: &schema::Field,
    path: &str,
    open: Option<Span>,
    types: &mut BTreeMap<String, String>,
    choices: &mut Choices<'_>,
    report: &mut Report,
) -> Options {
    let api_name = &field.api_name;
    let labels = field.options.as_ref().map_or(&[][..], |it| &it.value);
    if labels.is_empty() && open.is_none() {
        report
            .add(
                Rule::NoOptions,
                api_name.span,
                format!("the field {} has no options to choose from", quoted(&api_name.value)),
            )
            .label("no label can be sent")
            .with_help(format!(
                "list its labels, such as `options: [Website, Referral]`; or let any label be sent, \
                 knowingly:\n\ncodegen:\n  open: [{path}]"
            ));
    }
    let labels = labels::once(labels, report);
    let lists = [path];
    let mut scope = labels::scope();
    let choices = labels::name_labels(&labels, &lists, "the label", &mut scope, choices, report);
    // Every field that takes options was named.
    let ident = types.remove(path).unwrap_or_default();
    Options { ident, choices, open: open.is_some() }
}

fn nothing_offered(field: &schema::Field, type_name: TypeName, offer: Offer, report: &mut Report) {
    let name = quoted(&field.api_name.value);
    let (rule, message, help) = match (offer.pipeline, type_name) {
        (false, _) => (
            Rule::NoPipeline,
            format!("the {} field {name} needs the `leadStagePipeline`", type_name.name()),
            "add the answer of `GET /lead-stage-pipeline`:\n\nleadStagePipeline:\n  leadStages:\n    \
             - stageType: OPEN\n      activeStatuses: [{ label: Fresh }]\n  \
             activeLeadLostReasons: [{ reasonLabel: Price too high }]",
        ),
        (true, TypeName::Status) => (
            Rule::NoStatuses,
            format!("the STATUS field {name} has no active status to choose from"),
            "list some: `activeStatuses: [{ label: Fresh }]` in a stage of `leadStagePipeline`",
        ),
        (true, _) => (
            Rule::NoLostReasons,
            format!("the LOST_REASON field {name} has no active lost reason to choose from"),
            "list some: `activeLeadLostReasons: [{ reasonLabel: Price too high }]` in \
             `leadStagePipeline`",
        ),
    };
    report
        .add(rule, field.type_name.span, message)
        .label("its labels are in the pipeline")
        .with_help(format!(
            "{help}\n\nor do without the field: `codegen: {{ skip: [{}] }}`",
            field.api_name.value
        ));
}
