//! Inspector page. This module decides what is shown; the template puts it into HTML, escaped, and
//! is checked when this crate is compiled.

mod curl;
mod delivery;
mod find;
mod lead;
mod payload;
mod reference;

use askama::Template;

pub(crate) use self::curl::{again, sample};
use self::{
    curl::percent_encoded, delivery::DeliveryView, find::Find, lead::LeadView, reference::Reference,
};
use crate::{
    delivery::{Counters, Delivery, MAX_DELIVERIES},
    engine::{Engine, State},
};
use telecrm_schema::validate::LeadOutcome;

/// How many of the newest leads and deliveries the page shows.
const SHOWN: usize = 50;
/// The filter for deliveries with any drop.
const ANY: &str = "any";

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'e> {
    enterprise: &'e str,
    enterprise_id: &'e str,
    url: &'e str,
    counters: Counters,
    filters: Vec<Filter>,
    /// In words, where there is one.
    filter: Option<String>,
    /// The id that the filter is for, or nothing.
    drop: &'e str,
    /// The search text, as it was typed.
    find: &'e str,
    leads: Vec<LeadView>,
    leads_in_all: usize,
    deliveries: Vec<DeliveryView>,
    deliveries_in_all: usize,
    kept: usize,
    reference: Reference<'e>,
    sample: String,
}

/// A link that shows some of the deliveries.
struct Filter {
    key: String,
    label: String,
    href: String,
    count: u64,
    current: bool,
}

/// The whole page. `drop` is a catalogue id, or `any`, that deliveries must have; `find` is a phone
/// or name that leads and deliveries must have.
pub(crate) fn render(engine: &Engine, drop: &str, find: &str) -> Result<String, askama::Error> {
    let filter = Some(drop).filter(|it| !it.is_empty());
    let wanted = Find::new(find);
    let loaded = engine.schema();
    let (counters, (leads, leads_in_all), (deliveries, deliveries_in_all)) = {
        let state = engine.state();
        let records = state.store.records();
        let leads = lead::newest(records, wanted.as_ref(), SHOWN, &loaded.schema);
        (state.counters.clone(), leads, newest(&state, filter, wanted.as_ref()))
    };
    let metadata = &loaded.metadata;
    let page = Page {
        enterprise: metadata.enterprise["name"].as_str().unwrap_or_default(),
        enterprise_id: engine.enterprise_id(),
        url: &engine.settings.url,
        filters: filters(&counters, filter, find),
        filter: filter
            .map(|it| if it == ANY { "with drops".to_owned() } else { format!("with {it}") }),
        drop,
        find,
        counters,
        leads,
        leads_in_all,
        deliveries: deliveries.iter().map(DeliveryView::new).collect(),
        deliveries_in_all,
        kept: MAX_DELIVERIES,
        reference: Reference::new(metadata),
        sample: sample(engine),
    };
    page.render()
}

/// The newest deliveries that the filter lets through, newest first, and how many there are.
fn newest(state: &State, filter: Option<&str>, find: Option<&Find>) -> (Vec<Delivery>, usize) {
    let passes = |delivery: &&Delivery| {
        let dropped = match filter {
            None => true,
            Some(ANY) => !delivery.drops.is_empty(),
            Some(code) => delivery.drops.iter().any(|drop| drop.rule.id() == code),
        };
        dropped && find.is_none_or(|find| find.finds_delivery(delivery))
    };
    let all = state.log.deliveries();
    let filtered = filter.is_some() || find.is_some();
    let in_all = if filtered { all.iter().filter(passes).count() } else { all.len() };
    (all.iter().rev().filter(passes).take(SHOWN).cloned().collect(), in_all)
}

fn filters(counters: &Counters, current: Option<&str>, find: &str) -> Vec<Filter> {
    let find =
        if find.is_empty() { String::new() } else { format!("find={}", percent_encoded(find)) };
    let filter = |key: &str, label: &str, count: u64| Filter {
        key: key.to_owned(),
        label: label.to_owned(),
        href: match (key.is_empty(), find.is_empty()) {
            (true, true) => "/".to_owned(),
            (true, false) => format!("/?{find}"),
            (false, true) => format!("/?drop={key}"),
            (false, false) => format!("/?drop={key}&{find}"),
        },
        count,
        current: current.unwrap_or_default() == key,
    };
    let all = counters.queued - counters.waiting + counters.refused;
    let mut filters = vec![filter("", "All", all)];
    if !counters.drops.is_empty() {
        // Whatever was lost whole has a drop that says why.
        filters.push(filter(ANY, "With drops", counters.with_drops + counters.lost_whole));
    }
    filters.extend(counters.drops.iter().map(|(code, count)| filter(code.id(), code.id(), *count)));
    if let Some(current) = current.filter(|current| filters.iter().all(|it| it.key != *current)) {
        // Escaped like all else, and a way out stands beside it.
        filters.push(Filter {
            key: current.to_owned(),
            label: current.to_owned(),
            href: "/".to_owned(),
            count: 0,
            current: true,
        });
    }
    filters
}

/// A time of day, UTC.
fn clock_time(millis: u64) -> String {
    let seconds = millis / 1000 % (24 * 60 * 60);
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The outcome of a delivery as a word for styles.
fn fate(delivery: &Delivery) -> &'static str {
    match (delivery.lead, delivery.drops.is_empty()) {
        (LeadOutcome::Stored, true) => "clean",
        (LeadOutcome::Stored, false) => "dropped",
        // It was queued, and so lost silently.
        (LeadOutcome::Dropped, false) => "lost",
        (LeadOutcome::Dropped, true) => "refused",
    }
}
