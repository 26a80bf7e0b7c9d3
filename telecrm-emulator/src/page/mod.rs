//! Inspector page: this module selects the data, and the template renders it as escaped HTML.
//!
//! The compiler checks the template.

mod curl;
mod delivery;
mod find;
mod lead;
mod payload;
mod reference;

use askama::Template;

pub(crate) use self::curl::{repeat, sample};
use self::{
    curl::percent_encoded, delivery::DeliveryView, find::Find, lead::LeadView, reference::Reference,
};
use crate::{
    delivery::{Counters, Delivery, MAX_DELIVERIES},
    engine::{Engine, State},
};
use telecrm_schema::validate::LeadOutcome;

/// Maximum number of shown leads, and of shown deliveries.
const MAX_SHOWN: usize = 50;
/// The filter for deliveries with any drop.
const ANY: &str = "any";

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'e> {
    enterprise: &'e str,
    enterprise_id: &'e str,
    /// The enterprise ids and names of all workspaces, if there are several.
    workspaces: &'e [(String, String)],
    /// The query of other routes for this workspace; empty if there is only one.
    query: String,
    /// The link to all deliveries.
    all: String,
    url: &'e str,
    counters: Counters,
    filters: Vec<Filter>,
    /// Description of the filter, if there is one.
    filter: Option<String>,
    /// Catalogue id of the filter; empty without a filter.
    drop: &'e str,
    /// The search text, unchanged.
    find: &'e str,
    leads: Vec<LeadView>,
    leads_total: usize,
    deliveries: Vec<DeliveryView>,
    deliveries_total: usize,
    kept: usize,
    reference: Reference<'e>,
    sample: String,
}

/// A link to a part of the deliveries.
struct Filter {
    key: String,
    label: String,
    href: String,
    count: u64,
    current: bool,
}

/// Renders the whole page.
///
/// `drop` limits the deliveries to those with this catalogue id, or with `any` drop. `find` limits
/// leads and deliveries to those that contain this phone number or name.
pub(crate) fn render(engine: &Engine, drop: &str, find: &str) -> Result<String, askama::Error> {
    let filter = Some(drop).filter(|drop| !drop.is_empty());
    let wanted = Find::new(find);
    let loaded = engine.schema();
    let (counters, (leads, leads_total), (deliveries, deliveries_total)) = {
        let state = engine.state();
        let records = state.store.records();
        let leads = lead::newest(records, wanted.as_ref(), MAX_SHOWN, &loaded.schema);
        (state.counters.clone(), leads, newest(&state, filter, wanted.as_ref()))
    };
    let metadata = &loaded.metadata;
    let several = engine.settings.workspaces.len() > 1;
    let workspaces = if several { &*engine.settings.workspaces } else { &[] };
    let enterprise = if several { engine.enterprise_id() } else { "" };
    let page = Page {
        workspaces,
        query: query([("enterprise", enterprise)]),
        all: format!("/{}", query([("enterprise", enterprise)])),
        enterprise: metadata.enterprise["name"].as_str().unwrap_or_default(),
        enterprise_id: engine.enterprise_id(),
        url: &engine.settings.url,
        filters: filters(&counters, filter, enterprise, find),
        filter: filter
            .map(|id| if id == ANY { "with drops".to_owned() } else { format!("with {id}") }),
        drop,
        find,
        counters,
        leads,
        leads_total,
        deliveries: deliveries.iter().map(DeliveryView::new).collect(),
        deliveries_total,
        kept: MAX_DELIVERIES,
        reference: Reference::new(metadata),
        sample: sample(engine),
    };
    page.render()
}

/// Returns the newest matching deliveries, newest first, and the number of all matches.
fn newest(state: &State, filter: Option<&str>, find: Option<&Find>) -> (Vec<Delivery>, usize) {
    let passes = |delivery: &&Delivery| {
        let dropped = match filter {
            None => true,
            Some(ANY) => delivery.count_drops() > 0,
            Some(code) => delivery.drops.iter().any(|drop| drop.rule.id() == code),
        };
        dropped && find.is_none_or(|find| find.finds_delivery(delivery))
    };
    let deliveries = state.log.deliveries();
    let filtered = filter.is_some() || find.is_some();
    let total = if filtered { deliveries.iter().filter(passes).count() } else { deliveries.len() };
    (deliveries.iter().rev().filter(passes).take(MAX_SHOWN).cloned().collect(), total)
}

/// Returns a query of the pairs with a value; empty without any.
fn query<const N: usize>(pairs: [(&str, &str); N]) -> String {
    let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
    let pairs = pairs.map(|(key, value)| format!("{key}={}", percent_encoded(value)));
    let pairs = pairs.collect::<Vec<_>>().join("&");
    if pairs.is_empty() { pairs } else { format!("?{pairs}") }
}

fn filters(
    counters: &Counters,
    current: Option<&str>,
    enterprise: &str,
    find: &str,
) -> Vec<Filter> {
    let filter = |key: &str, label: &str, count: u64| Filter {
        key: key.to_owned(),
        label: label.to_owned(),
        href: format!("/{}", query([("enterprise", enterprise), ("drop", key), ("find", find)])),
        count,
        current: current.unwrap_or_default() == key,
    };
    let total = counters.queued - counters.waiting + counters.refused + counters.confirmed;
    let mut filters = vec![filter("", "All", total)];
    if counters.with_drops + counters.lost_whole > 0 {
        // Every queued lead that is lost has a drop with the reason.
        filters.push(filter(ANY, "With drops", counters.with_drops + counters.lost_whole));
    }
    filters.extend(counters.drops.iter().map(|(code, count)| filter(code.id(), code.id(), *count)));
    if let Some(current) =
        current.filter(|current| filters.iter().all(|filter| filter.key != *current))
    {
        // An unknown id is shown, escaped, and its link removes the filter.
        filters.push(Filter {
            key: current.to_owned(),
            label: current.to_owned(),
            href: format!("/{}", query([("enterprise", enterprise)])),
            count: 0,
            current: true,
        });
    }
    filters
}

/// Formats a time of day in UTC.
fn clock_time(millis: u64) -> String {
    let seconds = millis / 1000 % (24 * 60 * 60);
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Returns the outcome of a delivery as a class of the style sheet.
fn outcome(delivery: &Delivery) -> &'static str {
    let is_whole = delivery.count_drops() == 0 && delivery.remarks.is_empty();
    match (delivery.lead, is_whole) {
        (LeadOutcome::Stored, true) => "clean",
        (LeadOutcome::Stored, false) => "dropped",
        // A queued lead is lost silently.
        (LeadOutcome::Dropped, false) => "lost",
        (LeadOutcome::Dropped, true) => "refused",
    }
}
