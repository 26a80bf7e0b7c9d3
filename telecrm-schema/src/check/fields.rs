//! Check of the fields of leads and actions: types, limits and options.

use std::collections::BTreeMap;

use super::{Check, labels};
use crate::diagnostic::{Rule, Span, quoted};
use crate::field_type::{FieldType, Length, Options};
use crate::read::RawField;
use crate::schema::{Field, SkippedField};
use crate::suggest;
use crate::unclean;
use crate::yaml;

/// The owner of a list of fields.
#[derive(Clone, Copy, Debug)]
pub(super) enum Owner<'o> {
    Lead,
    /// The action of this code.
    Action(&'o str),
}

impl Owner<'_> {
    /// Returns the path of a field in the section `codegen`.
    fn path(self, api_name: &str) -> String {
        match self {
            Self::Lead => api_name.to_owned(),
            Self::Action(code) => format!("{code}.{api_name}"),
        }
    }
}

impl Check<'_> {
    /// Checks fields. The second list contains the skipped fields.
    pub(super) fn fields(
        &mut self,
        raw_fields: &[RawField],
        owner: Owner<'_>,
    ) -> (Vec<Field>, Vec<SkippedField>) {
        let (mut fields, mut skipped) = (Vec::new(), Vec::new());
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for raw in raw_fields {
            let api_name = raw.api_name.value.as_str();
            if let Some(&first) = seen.get(api_name) {
                self.duplicate(raw, first);
                continue;
            }
            seen.insert(api_name, raw.api_name.span);
            let path = owner.path(api_name);
            if self.overrides.skips(&path) {
                skipped.push(skipped_field(raw));
                continue;
            }
            let is_generated = match owner {
                Owner::Lead => self.is_identifier(raw) || self.overrides.generates(api_name),
                Owner::Action(_) => true,
            };
            if let Some(field_type) = FieldType::parse(&raw.type_name.value) {
                let span = raw.api_name.span;
                unclean::warn(Rule::UncleanName, "API name", api_name, span, self.report);
                fields.push(Field {
                    id: raw.id.clone(),
                    api_name: api_name.to_owned(),
                    span: raw.api_name.span,
                    field_type: self.field_type(raw, field_type, &path, is_generated),
                    display_name: raw.display_name.clone(),
                    description: raw.description.clone(),
                    lock_after_create: raw.lock_after_create,
                    is_generated,
                });
            } else if !is_generated {
                // The field is not generated, so its type need not be known.
                skipped.push(skipped_field(raw));
            } else {
                self.unknown_type(raw, &path);
            }
        }
        (fields, skipped)
    }

    fn duplicate(&mut self, raw: &RawField, first: Span) {
        let first = self.report.place(first);
        self.report
            .add(
                Rule::DuplicateApiName,
                raw.api_name.span,
                format!("two fields have the API name {}", quoted(&raw.api_name.value)),
            )
            .set_label("repeated here")
            .add_related(first, "first here")
            .set_help("an API name belongs to one field; remove one of the two");
    }

    fn unknown_type(&mut self, raw: &RawField, path: &str) {
        let spelled = &raw.type_name;
        let names = FieldType::NAMES;
        let near =
            suggest::help(&spelled.value, names, format!("the types are {}", names.join(" ")));
        self.report
            .add(
                Rule::UnknownFieldType,
                spelled.span,
                format!(
                    "the field {} has the unknown type {}",
                    quoted(&raw.api_name.value),
                    quoted(&spelled.value)
                ),
            )
            .set_label("not supported by this version")
            .set_help(format!(
                "{near}\nto exclude the field:\n\ncodegen:\n  skip: [{}]",
                yaml::scalar(path)
            ));
    }

    fn is_identifier(&self, raw: &RawField) -> bool {
        self.identifier.is_some_and(|field| field.api_name.value == raw.api_name.value)
    }

    /// Adds limits and labels to a type.
    fn field_type(
        &mut self,
        raw: &RawField,
        field_type: FieldType,
        path: &str,
        is_generated: bool,
    ) -> FieldType {
        if !matches!(field_type, FieldType::Text(_)) {
            self.refuse_limits(raw, &field_type);
        }
        let has_options = field_type.options().is_some();
        if !has_options && !matches!(field_type, FieldType::Status | FieldType::LostReason) {
            self.refuse_options(raw, &field_type);
        }
        let open = self.overrides.opens(path);
        if let (Some(open), false) = (open, has_options) {
            self.report
                .add(
                    Rule::OpenOnType,
                    open,
                    format!(
                        "{} cannot be `open`: it is a {} field",
                        quoted(path),
                        field_type.name()
                    ),
                )
                .set_label("no options to open")
                .set_help("only DROPDOWN and TAGS fields can be `open`; remove the entry");
        }
        match field_type {
            FieldType::Text(_) => FieldType::Text(self.length(raw)),
            FieldType::Dropdown(_) => {
                FieldType::Dropdown(self.options(raw, path, open, is_generated))
            }
            FieldType::Tags(_) => FieldType::Tags(self.options(raw, path, open, is_generated)),
            FieldType::Status if !self.offer.statuses => {
                self.nothing_offered(raw, &field_type, path);
                field_type
            }
            FieldType::LostReason if !self.offer.lost_reasons => {
                self.nothing_offered(raw, &field_type, path);
                field_type
            }
            _ => field_type,
        }
    }

    fn refuse_limits(&mut self, raw: &RawField, field_type: &FieldType) {
        for limit in [&raw.min_length, &raw.max_length].into_iter().flatten() {
            self.report
                .add(
                    Rule::LimitOnType,
                    limit.span,
                    format!(
                        "the {} field {} takes no length limit",
                        field_type.name(),
                        quoted(&raw.api_name.value)
                    ),
                )
                .set_label("not allowed here")
                .set_help("`minLength` and `maxLength` are for TEXT fields; remove the limit");
        }
    }

    fn refuse_options(&mut self, raw: &RawField, field_type: &FieldType) {
        let Some(options) = raw.options.as_ref().filter(|options| !options.value.is_empty()) else {
            return;
        };
        self.report
            .add(
                Rule::OptionsOnType,
                options.span,
                format!(
                    "the {} field {} takes no options",
                    field_type.name(),
                    quoted(&raw.api_name.value)
                ),
            )
            .set_label("not allowed here")
            .set_help(
                "`options` are for DROPDOWN and TAGS fields; change the type, or remove the options",
            );
    }

    fn length(&mut self, raw: &RawField) -> Length {
        let min = raw.min_length.as_ref();
        let max = raw.max_length.as_ref();
        if let Some(max) = max
            && max.value < min.map_or(1, |min| min.value.max(1))
        {
            let min_place = min.map(|min| self.report.place(min.span));
            let diagnostic = self.report.add(
                Rule::LimitsCross,
                max.span,
                format!("no text fits the limits of the field {}", quoted(&raw.api_name.value)),
            );
            diagnostic
                .set_label("the maximum")
                .set_help("`maxLength` must be at least 1, and at least `minLength`");
            if let Some(place) = min_place {
                diagnostic.add_related(place, "the minimum");
            }
        }
        Length { min: min.map(|min| min.value), max: max.map(|max| max.value) }
    }

    fn options(
        &mut self,
        raw: &RawField,
        path: &str,
        open: Option<Span>,
        is_generated: bool,
    ) -> Options {
        let api_name = &raw.api_name;
        let labels = raw.options.as_ref().map_or(&[][..], |options| &options.value);
        let unread = self.document.unread;
        if labels.is_empty() && open.is_none() && is_generated && !(unread.fields || unread.actions)
        {
            self.report
            .add(
                Rule::NoOptions,
                api_name.span,
                format!("the field {} has no options", quoted(&api_name.value)),
            )
            .set_label("the field has no value that can be sent")
            .set_help(format!(
                "list its labels, such as `options: [Website, Referral]`; or allow any label:\n\n\
                 codegen:\n  open: [{}]",
                yaml::scalar(path)
            ));
        }
        let labels = labels::check(labels, "label", self.report);
        Options { labels: labels.into_iter().cloned().collect(), open: open.is_some() }
    }

    fn nothing_offered(&mut self, raw: &RawField, field_type: &FieldType, path: &str) {
        if self.document.unread.pipeline {
            return;
        }
        let name = quoted(&raw.api_name.value);
        let (rule, message, help) = match (self.offer.pipeline, field_type) {
            (false, _) => (
                Rule::NoPipeline,
                format!("the {} field {name} needs the `leadStagePipeline`", field_type.name()),
                "add the response of `GET /lead-stage-pipeline`:\n\nleadStagePipeline:\n  leadStages:\n    \
             - stageType: OPEN\n      activeStatuses: [{ label: Fresh }]\n  \
             activeLeadLostReasons: [{ reasonLabel: Price too high }]",
            ),
            (true, FieldType::Status) => (
                Rule::NoStatuses,
                format!("the STATUS field {name} needs an active status"),
                "add `activeStatuses: [{ label: Fresh }]` to a stage of `leadStagePipeline`",
            ),
            (true, _) => (
                Rule::NoLostReasons,
                format!("the LOST_REASON field {name} needs an active lost reason"),
                "add `activeLeadLostReasons: [{ reasonLabel: Price too high }]` to `leadStagePipeline`",
            ),
        };
        self.report
            .add(rule, raw.type_name.span, message)
            .set_label("the pipeline contains the labels of this type")
            .set_help(format!(
                "{help}\n\nor exclude the field:\n\ncodegen:\n  skip: [{}]",
                yaml::scalar(path)
            ));
    }
}

fn skipped_field(raw: &RawField) -> SkippedField {
    SkippedField {
        api_name: raw.api_name.value.clone(),
        span: raw.api_name.span,
        type_name: raw.type_name.value.clone(),
    }
}
