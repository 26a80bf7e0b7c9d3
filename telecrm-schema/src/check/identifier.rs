//! Check of the lead identifier: exactly one field of type phone, email or text.

use crate::diagnostic::{Report, Rule, quoted};
use crate::field_type::FieldType;
use crate::read::{Document, RawField};
use crate::suggest;
use crate::yaml;

/// Finds the identifier, and reports a missing or a second one.
pub(super) fn find<'s>(document: &'s Document, report: &mut Report) -> Option<&'s RawField> {
    let marked = marked(document, report);
    let found = match &document.enterprise.identifier {
        None => marked,
        Some(named) => {
            let by_name = document.fields.iter().find(|field| field.api_name.value == named.value);
            let by_id =
                || document.fields.iter().find(|field| field.id.as_ref() == Some(&named.value));
            let Some(field) = by_name.or_else(by_id) else {
                if document.unread.fields {
                    return None;
                }
                let known = document.fields.iter().map(|field| field.api_name.value.as_str());
                report
                    .add(
                        Rule::UnknownIdentifier,
                        named.span,
                        format!(
                            "unknown field {} in `leadIdentifierFieldId`",
                            quoted(&named.value)
                        ),
                    )
                    .set_label("no such field")
                    .set_help(suggest::help(
                        &named.value,
                        known,
                        "write the `apiName` or the `id` of a field of `customFields`",
                    ));
                return None;
            };
            contradiction(document, field, marked, report);
            Some(field)
        }
    };
    if found.is_none() && !document.fields.iter().any(is_marked) && !document.unread.fields {
        report_missing(document, report);
    }
    let field = found?;
    check_type(field, report);
    Some(field)
}

fn is_marked(field: &RawField) -> bool {
    field.is_lead_id.as_ref().is_some_and(|marked| marked.value)
}

/// Returns the only field with `isLeadid: true`.
fn marked<'s>(document: &'s Document, report: &mut Report) -> Option<&'s RawField> {
    let mut marked = document.fields.iter().filter(|field| is_marked(field));
    let first = marked.next()?;
    let mut is_unique = true;
    for again in marked {
        is_unique = false;
        let first_place = report.place(first.api_name.span);
        report
            .add(
                Rule::TwoIdentifiers,
                again.api_name.span,
                format!("{} is a second lead identifier", quoted(&again.api_name.value)),
            )
            .set_label("second `isLeadid: true`")
            .add_related(first_place, "first `isLeadid: true`")
            .set_help("a lead has one identifier; remove `isLeadid` from the others");
    }
    is_unique.then_some(first)
}

fn contradiction(
    document: &Document,
    named: &RawField,
    marked: Option<&RawField>,
    report: &mut Report,
) {
    let Some(identifier) = &document.enterprise.identifier else { return };
    let denied = named.is_lead_id.as_ref().filter(|denied| !denied.value);
    let denied = denied.map(|denied| (denied.span, named));
    let other = marked.filter(|field| !std::ptr::eq(*field, named));
    let other = other.map(|field| (field.api_name.span, field));
    let Some((span, field)) = other.or(denied) else { return };
    let place = report.place(identifier.span);
    report
        .add(
            Rule::IdentifierContradiction,
            span,
            format!(
                "`isLeadid` of {} contradicts `leadIdentifierFieldId`, which is {}",
                quoted(&field.api_name.value),
                quoted(&identifier.value)
            ),
        )
        .set_label("`isLeadid` here")
        .add_related(place, "`leadIdentifierFieldId` here")
        .set_help("a lead has one identifier: correct the wrong one");
}

fn report_missing(document: &Document, report: &mut Report) {
    let usable = |field: &&RawField| {
        matches!(
            FieldType::parse(&field.type_name.value),
            Some(FieldType::Phone | FieldType::Email | FieldType::Text(_))
        )
    };
    let phone = document
        .fields
        .iter()
        .find(|field| matches!(FieldType::parse(&field.type_name.value), Some(FieldType::Phone)));
    let likely = phone.or_else(|| document.fields.iter().find(usable));
    let name = likely.map_or("phone", |field| field.api_name.value.as_str());
    let span = likely.map_or(document.fields_span, |field| field.api_name.span);
    report
        .add(Rule::NoIdentifier, span, "no field is the lead identifier")
        .set_label("possibly this field")
        .set_help(format!(
            "telecrm silently drops a lead without its identifier; write the field's API name:\n\nenterprise:\n  \
             leadIdentifierFieldId: {}\n\nor add `isLeadid: true` to it",
            yaml::scalar(name)
        ));
}

fn check_type(field: &RawField, report: &mut Report) {
    let Some(type_name) = FieldType::parse(&field.type_name.value) else { return };
    match type_name {
        FieldType::Phone | FieldType::Email => {}
        FieldType::Text(_) => {
            for limit in [&field.min_length, &field.max_length].into_iter().flatten() {
                report
                    .add(
                        Rule::LimitOnType,
                        limit.span,
                        format!(
                            "the lead identifier {} takes no length limit",
                            quoted(&field.api_name.value)
                        ),
                    )
                    .set_label("no limit here")
                    .set_help("an identifier is any text that is not blank: remove the limit");
            }
        }
        other => {
            report
                .add(
                    Rule::IdentifierType,
                    field.type_name.span,
                    format!(
                        "the lead identifier {} has the type {}",
                        quoted(&field.api_name.value),
                        other.name()
                    ),
                )
                .set_label("not possible for an identifier")
                .set_help("an identifier has the type PHONE, EMAIL or TEXT");
        }
    }
}
