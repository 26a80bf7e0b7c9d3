//! Lead identifier: the one field, of type phone, email or text, by which telecrm finds a lead.

use crate::diagnostic::{Report, Rule, quoted};
use crate::field_type::FieldType;
use crate::read::{Document, RawField};
use crate::suggest;
use crate::yaml;

/// Finds the identifier; reports none, or more than one.
pub(super) fn find<'s>(document: &'s Document, report: &mut Report) -> Option<&'s RawField> {
    let marked = marked(document, report);
    let found = match &document.enterprise.identifier {
        None => marked,
        Some(named) => {
            let by_name = document.fields.iter().find(|it| it.api_name.value == named.value);
            let by_id = || document.fields.iter().find(|it| it.id.as_ref() == Some(&named.value));
            let Some(field) = by_name.or_else(by_id) else {
                if document.unread.fields {
                    return None;
                }
                let known = document.fields.iter().map(|it| it.api_name.value.as_str());
                report
                    .add(
                        Rule::UnknownIdentifier,
                        named.span,
                        format!(
                            "`leadIdentifierFieldId` names the unknown field {}",
                            quoted(&named.value)
                        ),
                    )
                    .label("no such field")
                    .with_help(suggest::help(
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
        none(document, report);
    }
    let field = found?;
    check_type(field, report);
    Some(field)
}

fn is_marked(field: &RawField) -> bool {
    field.is_lead_id.as_ref().is_some_and(|it| it.value)
}

/// The one field with `isLeadid: true`.
fn marked<'s>(document: &'s Document, report: &mut Report) -> Option<&'s RawField> {
    let mut marked = document.fields.iter().filter(|it| is_marked(it));
    let first = marked.next()?;
    let mut alone = true;
    for again in marked {
        alone = false;
        let first_place = report.place(first.api_name.span);
        report
            .add(
                Rule::TwoIdentifiers,
                again.api_name.span,
                format!("{} is a second lead identifier", quoted(&again.api_name.value)),
            )
            .label("`isLeadid: true` again")
            .related(first_place, "this is the identifier already")
            .with_help("a lead has one identifier; remove `isLeadid` from the others");
    }
    alone.then_some(first)
}

fn contradiction(
    document: &Document,
    named: &RawField,
    marked: Option<&RawField>,
    report: &mut Report,
) {
    let Some(identifier) = &document.enterprise.identifier else { return };
    let denied = named.is_lead_id.as_ref().filter(|it| !it.value).map(|it| (it.span, named));
    let other = marked.filter(|it| !std::ptr::eq(*it, named)).map(|it| (it.api_name.span, it));
    let Some((span, field)) = other.or(denied) else { return };
    let place = report.place(identifier.span);
    report
        .add(
            Rule::IdentifierContradiction,
            span,
            format!(
                "`isLeadid` of {} contradicts `leadIdentifierFieldId`, which names {}",
                quoted(&field.api_name.value),
                quoted(&identifier.value)
            ),
        )
        .label("`isLeadid` here")
        .related(place, "`leadIdentifierFieldId` here")
        .with_help("a lead has one identifier: correct the wrong one");
}

fn none(document: &Document, report: &mut Report) {
    let usable = |field: &&RawField| {
        matches!(
            FieldType::parse(&field.type_name.value),
            Some(FieldType::Phone | FieldType::Email | FieldType::Text(_))
        )
    };
    let phone = document
        .fields
        .iter()
        .find(|it| matches!(FieldType::parse(&it.type_name.value), Some(FieldType::Phone)));
    let likely = phone.or_else(|| document.fields.iter().find(usable));
    let name = likely.map_or("phone", |it| it.api_name.value.as_str());
    let span = likely.map_or(document.fields_span, |it| it.api_name.span);
    report
        .add(Rule::NoIdentifier, span, "no field is the lead identifier")
        .label("this one?")
        .with_help(format!(
            "telecrm silently drops a lead without its identifier; name the field:\n\nenterprise:\n  \
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
                    .label("no limit here")
                    .with_help("an identifier is any text that is not blank: remove the limit");
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
                .label("not possible for an identifier")
                .with_help("an identifier has the type PHONE, EMAIL or TEXT");
        }
    }
}
