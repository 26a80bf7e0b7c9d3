//! Leads of random workspaces: created by the Sync API, updated by the Async API, and verified.
//!
//! `TELECRM_WORKSPACES` is the number of workspaces at build time, and `PROPTEST_CASES` the number of leads
//! of each.

use std::fmt::Debug;
use std::time::SystemTime;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};
use telecrm_emulator::Emulator;
use telecrm_runtime::sync::{self, Error, Verification, VerifyPolicy};
use telecrm_runtime::{
    AsyncToken, Client, EnterpriseId, GeneratedLead, RateLimit, SyncToken, from_json, to_json,
};
use telecrm_schema::{Field, FieldType, Schema};
use test_support::random_cases;

trait Visitor {
    fn visit<L: GeneratedLead + Clone + Debug + PartialEq>(&self, schema: &str);
}

include!(concat!(env!("OUT_DIR"), "/random_workspaces.rs"));

fn labels(labels: Vec<String>) -> BoxedStrategy<Value> {
    if labels.is_empty() {
        Just(Value::Null).boxed()
    } else {
        select(labels).prop_map(Value::from).boxed()
    }
}

/// Values of a field. The generated types refuse some of them.
fn value(field: &Field, schema: &Schema) -> BoxedStrategy<Value> {
    let texts = |texts: &'static str| texts.prop_map(Value::from).boxed();
    let owned = |labels: Vec<&str>| labels.into_iter().map(str::to_owned).collect::<Vec<_>>();
    match &field.field_type {
        FieldType::Text(length) => {
            let min = usize::try_from(length.min.unwrap_or(0)).expect("small");
            let max = length.max.map_or(min + 20, |max| usize::try_from(max).expect("small"));
            let range = min..=max.min(min + 20);
            let characters = prop_oneof![4 => prop::char::range(' ', '~'), 1 => any::<char>()];
            let text = prop::collection::vec(characters, range);
            text.prop_map(|text| Value::from(text.into_iter().collect::<String>())).boxed()
        }
        FieldType::Email | FieldType::ActiveUsers => {
            texts("[A-Za-z0-9]{1,8}@[a-z]{1,8}\\.[a-z]{2,3}")
        }
        FieldType::Phone => texts("\\+?[1-9][0-9]{9,13}"),
        FieldType::Number => {
            let float = prop::num::f64::NORMAL.prop_map(|number| json!(number));
            prop_oneof![any::<i32>().prop_map(Value::from), float].boxed()
        }
        FieldType::Date => {
            (-62_000_000_000_000_i64..253_000_000_000_000).prop_map(Value::from).boxed()
        }
        FieldType::Money => texts("-?[0-9]{1,12}(\\.[0-9]{1,2})?"),
        FieldType::Website | FieldType::MediaLink => {
            texts("https://[a-z]{1,8}\\.[a-z]{2,3}/[a-z0-9?=&]{0,9}")
        }
        FieldType::Rating => (1..=5).prop_map(Value::from).boxed(),
        FieldType::Dropdown(options) => {
            labels(options.labels.iter().map(|label| label.text.clone()).collect())
        }
        FieldType::Tags(options) => {
            let labels: Vec<_> = options.labels.iter().map(|label| label.text.clone()).collect();
            let count = 0..=labels.len();
            subsequence(labels, count).prop_map(Value::from).boxed()
        }
        FieldType::Status => {
            let statuses = schema.pipeline.statuses.iter();
            labels(owned(statuses.map(|status| status.label.text.as_str()).collect()))
        }
        FieldType::LostReason => {
            let reasons = schema.pipeline.lost_reasons.iter();
            labels(owned(reasons.map(|label| label.text.as_str()).collect()))
        }
    }
}

/// Some values of these fields, by API name.
fn values(fields: &[Field], schema: &Schema) -> BoxedStrategy<Map<String, Value>> {
    let names: Vec<String> = fields.iter().map(|field| field.api_name.clone()).collect();
    let values: Vec<_> =
        fields.iter().map(|field| prop::option::of(value(field, schema))).collect();
    let present = move |values: Vec<Option<Value>>| {
        let pairs = names.iter().cloned().zip(values);
        pairs
            .filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_null())?)))
            .collect()
    };
    values.prop_map(present).boxed()
}

fn actions(schema: &Schema) -> BoxedStrategy<Vec<Value>> {
    let payment =
        json!({ "type": "PAYMENT", "status": "PENDING", "currency": "INR", "amount": "5000" });
    let mut kinds = vec![Just(payment).boxed()];
    for action in &schema.actions {
        let (code, backdatable) = (action.code.clone(), action.backdatable);
        let on = prop::option::of(0_i64..2_000_000_000_000);
        let custom = (values(&action.fields, schema), on).prop_map(move |(fields, on)| {
            let mut action = json!({ "type": code, "fields": fields });
            if let Some(on) = on.filter(|_| backdatable) {
                action["created_on"] = on.into();
            }
            action
        });
        kinds.push(custom.boxed());
    }
    prop::collection::vec(prop::strategy::Union::new(kinds), 0..4).boxed()
}

/// The bodies of a new lead and of an update with the same identifier.
fn bodies(schema: &Schema) -> BoxedStrategy<(Value, Value)> {
    let identifier = schema.identifier();
    let name = identifier.api_name.clone();
    let locked: Vec<String> = schema
        .fields
        .iter()
        .filter(|field| field.lock_after_create)
        .map(|field| field.api_name.clone())
        .collect();
    let body = || (values(&schema.fields, schema), actions(schema));
    (value(identifier, schema), body(), body())
        .prop_map(move |(identifier, mut first, mut second)| {
            // An empty text leaves the stored value (A10).
            second.0.retain(|name, value| !locked.contains(name) && value != "");
            for (fields, _) in [&mut first, &mut second] {
                fields.insert(name.clone(), identifier.clone());
            }
            let body = |(fields, actions)| json!({ "fields": fields, "actions": actions });
            (body(first), body(second))
        })
        .boxed()
}

struct Check {
    runtime: tokio::runtime::Runtime,
}

struct Clients {
    queueing: Client,
    confirming: sync::Client,
}

fn clients(telecrm: &Emulator) -> Clients {
    let id = || EnterpriseId::parse(telecrm.enterprise_id()).expect("an id");
    let token = AsyncToken::parse(telecrm.async_token()).expect("a token");
    let queueing = Client::builder(id(), token).base_url(telecrm.url());
    let token = SyncToken::parse(telecrm.sync_token()).expect("a token");
    let confirming = sync::Client::builder(id(), token).base_url(telecrm.sync_url());
    let confirming = confirming.reads_per_second(100_000).verify_policy(VerifyPolicy::once());
    Clients {
        queueing: queueing.rate_limit(RateLimit::unlimited()).build().expect("a client"),
        confirming: confirming.build().expect("a client"),
    }
}

fn failed(error: &Error) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

impl Clients {
    async fn check<L: GeneratedLead + Debug + PartialEq>(
        &self,
        first: &L,
        second: &L,
    ) -> Result<(), TestCaseError> {
        let created = self.confirming.create(first).await.map_err(|error| failed(&error))?;
        prop_assert!(created.is_complete(), "{:?}", created);
        let again = self.confirming.create(first).await;
        prop_assert!(matches!(again, Err(Error::LeadExists)), "{:?}", again);
        let stored =
            self.confirming.lead(&created.lead_id, true).await.map_err(|error| failed(&error))?;
        let typed = stored.typed::<L>().map_err(|error| failed(&error))?;
        prop_assert_eq!(&typed.misfits, &[]);
        let read: Value = serde_json::from_str(&to_json(&typed.lead)).expect("JSON");
        prop_assert_eq!(read["actions"].as_array().map_or(0, Vec::len), created.actions.len());

        let before = SystemTime::now();
        self.queueing.send(second).await.map_err(|error| failed(&error))?;
        let verification =
            self.confirming.verify(second, before).await.map_err(|error| failed(&error))?;
        prop_assert_eq!(verification, Verification::Verified);
        Ok(())
    }
}

impl Visitor for Check {
    fn visit<L: GeneratedLead + Clone + Debug + PartialEq>(&self, yaml: &str) {
        let schema = Schema::from_yaml(yaml).expect("a valid workspace");
        let builder = Emulator::builder().schema(schema.clone()).hourly_limit(None);
        let telecrm = self.runtime.block_on(builder.start()).expect("started");
        let clients = clients(&telecrm);
        let config = ProptestConfig {
            max_local_rejects: u32::MAX,
            max_global_rejects: u32::MAX,
            ..random_cases(20)
        };
        let mut runner = proptest::test_runner::TestRunner::new(config);
        let checked = runner.run(&bodies(&schema), |(first, second)| {
            // A program cannot send a value that the types refuse.
            let lead = |body: &Value| from_json::<L>(&body.to_string());
            let (Ok(first), Ok(second)) = (lead(&first), lead(&second)) else {
                return Err(TestCaseError::reject("refused before it is sent"));
            };
            telecrm.reset();
            self.runtime.block_on(clients.check(&first, &second)).map_err(|error| {
                let reason = telecrm.deliveries().pop().and_then(|delivery| delivery.message);
                TestCaseError::fail(format!(
                    "{error}: {reason:?}\n{}\n{}\n{yaml}",
                    to_json(&first),
                    to_json(&second)
                ))
            })
        });
        if let Err(error) = checked {
            panic!("{error}");
        }
        telecrm.assert_nothing_dropped();
    }
}

#[test]
fn lead_created_by_sync_and_updated_by_async_is_verified() {
    visit_all(&Check { runtime: tokio::runtime::Runtime::new().expect("a runtime") });
}
