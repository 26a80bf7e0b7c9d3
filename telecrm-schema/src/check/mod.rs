//! Checks of the meaning of a schema: types, identifier, limits, labels, pipeline, overrides.

mod actions;
mod fields;
mod identifier;
mod labels;
mod overrides;
mod pipeline;

use self::fields::Owner;
use self::overrides::Lookup;
use crate::diagnostic::{Report, Rule, quoted};
use crate::read::{Document, RawField};
use crate::schema::Schema;
use crate::unclean;

/// Context of the checks.
struct Check<'d> {
    document: &'d Document,
    identifier: Option<&'d RawField>,
    overrides: Lookup<'d>,
    offer: Offer,
    report: &'d mut Report,
}

/// Presence of the pipeline and its labels for fields of type `STATUS` and `LOST_REASON`.
#[derive(Clone, Copy, Debug)]
struct Offer {
    pipeline: bool,
    statuses: bool,
    lost_reasons: bool,
}

/// Checks a document. The schema omits items with mistakes.
pub(crate) fn check(document: &Document, report: &mut Report) -> Option<Schema> {
    if document.fields.is_empty() && document.unread.fields {
        return None;
    }
    if document.fields.is_empty() {
        report
            .add(Rule::NoFields, document.fields_span, "the schema has no `customFields`")
            .set_label("a lead needs at least an identifier")
            .set_help(
                "add the response of `GET /custom-fields`:\n\ncustomFields:\n  - { apiName: phone, \
                 type: PHONE, isLeadid: true }",
            );
        return None;
    }
    if let Some(id) = &document.enterprise.id {
        unclean::warn(Rule::UncleanName, "enterprise id", &id.value, id.span, report);
    }
    let identifier = identifier::find(document, report);
    let raw_pipeline = document.pipeline.as_ref();
    let pipeline = raw_pipeline.map(|pipeline| pipeline::check(&pipeline.value, report));
    let mut check = Check {
        document,
        identifier,
        overrides: Lookup::new(&document.overrides),
        offer: Offer {
            pipeline: pipeline.is_some(),
            statuses: pipeline.as_ref().is_some_and(|pipeline| !pipeline.statuses.is_empty()),
            lost_reasons: pipeline
                .as_ref()
                .is_some_and(|pipeline| !pipeline.lost_reasons.is_empty()),
        },
        report,
    };
    let (fields, skipped) = check.fields(&document.fields, Owner::Lead);
    let actions = check.actions();
    let found = identifier.and_then(|field| {
        let api_name = &field.api_name;
        if skipped.iter().any(|field| field.api_name == api_name.value) {
            check
                .report
                .add(
                    Rule::IdentifierSkipped,
                    api_name.span,
                    format!("the lead identifier {} cannot be skipped", quoted(&api_name.value)),
                )
                .set_label("every lead needs the identifier")
                .set_help("remove it from `codegen.skip`");
        }
        fields.iter().position(|field| field.api_name == api_name.value)
    });
    let Check { overrides: lookup, report, .. } = check;
    let schema = Schema {
        source: report.source().clone(),
        enterprise_id: document.enterprise.id.as_ref().map(|id| id.value.clone()),
        enterprise_name: document.enterprise.name.clone(),
        fields,
        // A missing identifier is already reported as an error.
        identifier: found.unwrap_or_default(),
        skipped,
        actions,
        pipeline: pipeline.unwrap_or_default(),
        overrides: document.overrides.clone(),
    };
    let unread = document.unread;
    if !(unread.fields || unread.actions || unread.pipeline) {
        lookup.report_unused(&schema, report);
    }
    Some(schema)
}
