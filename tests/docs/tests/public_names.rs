//! Public names of the crates in the form in which programs use them. A renamed item does not compile here.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crm::actions::{SiteVisit, site_visit};
use crm::options::{ContactSource, Interests, Status};
use crm::{Action, Lead, WORKSPACE};
use futures_util::StreamExt as _;
use telecrm_emulator::{Emulator, Faults};
use telecrm_outbox::{
    Delivery, EnqueueOptions, Enqueued, Entry, EntryId, HeldLead, Outbox, PauseCause, Priority,
    Settled, State, Stats, Worker, WorkerInfo, WorkerStatus,
};
use telecrm_runtime::sync::{
    Drift, Mismatch, MismatchKind, Search, SearchPage, Typed, Verification, VerifyPolicy,
};
use telecrm_runtime::{
    ActionDelivery, AsyncToken, BuildError, Client, Currency, Email, EnterpriseId, Error,
    GeneratedLead, MissingFields, ParseOptions, Partial, Payment, PaymentStatus, Phone, RateLimit,
    Rating, Reason, RetryPolicy, SetErrors, SyncToken, Text, ValueError, Workspace, amount, money,
    number, parse_lead, parse_partial, phone, sync, to_json,
};

mod crm {
    telecrm_runtime::include_workspace!();
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn schema() -> &'static Path {
    Path::new("../../schema/workspace.yaml")
}

fn lead() -> Result<Lead, ValueError> {
    Ok(Lead::new(phone!("919999999999"))
        .name("Jane Doe")
        .email("jane.doe@example.com".parse::<Email>()?)
        .contact_source(ContactSource::ColdCall)
        .interests([Interests::Vip, Interests::Returning])
        .deal_size(1000)
        .rating(Rating::FOUR)
        .follow_up_date(SystemTime::now())
        .budget(money!("1500.50"))
        .status(Status::Fresh)
        .action(
            SiteVisit::new().note("Site visit completed").outcome(site_visit::Outcome::Interested),
        )
        .action(Payment::new(PaymentStatus::Completed, Currency::Inr, amount!("5000"))))
}

async fn emulator() -> Result<Emulator, Box<dyn std::error::Error>> {
    Ok(Emulator::builder().schema_file(schema()).start().await?)
}

fn client(emulator: &Emulator) -> Result<Client, Box<dyn std::error::Error>> {
    Ok(Client::builder(
        EnterpriseId::parse(emulator.enterprise_id())?,
        AsyncToken::parse(emulator.async_token())?,
    )
    .base_url(emulator.url())
    .allow_plain_http()
    .timeout(Duration::from_secs(10))
    .connect_timeout(Duration::from_secs(5))
    .retry(RetryPolicy::never())
    .rate_limit(RateLimit::unlimited())
    .user_agent("public-names")
    .build()?)
}

fn sync_client(emulator: &Emulator) -> Result<sync::Client, Box<dyn std::error::Error>> {
    Ok(sync::Client::builder(
        EnterpriseId::parse(emulator.enterprise_id())?,
        SyncToken::parse(emulator.sync_token())?,
    )
    .base_url(emulator.sync_url())
    .allow_plain_http()
    .verify_policy(
        VerifyPolicy::default()
            .first_after(Duration::ZERO)
            .max_interval(Duration::from_millis(50))
            .window(Duration::from_secs(5)),
    )
    .build()?)
}

#[tokio::test]
async fn lead_is_sent_read_and_verified() -> Outcome {
    let emulator = emulator().await?;
    let (client, sync) = (client(&emulator)?, sync_client(&emulator)?);

    let lead = lead()?;
    let before = SystemTime::now();
    let receipt = client.send(&lead).await?;
    assert_eq!(receipt.actions(), ActionDelivery::Queued);
    assert_eq!(receipt.unconfirmed().len(), 0);
    match sync.verify(&lead, before).await? {
        Verification::Verified => {}
        Verification::Mismatched(mismatches) => {
            let _: &Vec<Mismatch> = &mismatches;
            let of = |mismatch: &Mismatch| {
                let kind: MismatchKind = mismatch.kind();
                (mismatch.path().to_string(), kind == MismatchKind::Absent)
            };
            panic!("{:?}", mismatches.iter().map(of).collect::<Vec<_>>());
        }
        other => panic!("{other:?}, and is_verified is {}", other.is_verified()),
    }
    let stored: Vec<(u64, Result<Verification, Error>)> =
        sync.verify_all([lead], before).collect().await;
    assert!(stored.iter().all(|(position, found)| {
        *position == 0 && found.as_ref().is_ok_and(Verification::is_verified)
    }));

    let page: SearchPage = sync.search(&Search::new().field("phone", "919999999999")).await?;
    let leads: Vec<sync::Lead> = page.leads;
    let typed: Typed<Lead> = leads[0].typed::<Lead>()?;
    assert_eq!(typed.lead.name.as_ref().map(Text::as_str), Some("Jane Doe"));
    assert_eq!(typed.misfits.len(), 0);
    let drift: Drift = sync.drift(WORKSPACE).await?;
    assert!(!drift.is_breaking() && drift.changes().is_empty(), "{drift}");

    emulator.set_faults(Faults::none());
    assert_eq!((emulator.leads().len(), emulator.deliveries().len()), (1, 1));
    Ok(())
}

#[tokio::test]
async fn lead_is_delivered_by_the_outbox() -> Outcome {
    let emulator = emulator().await?;
    let folder = tempfile::tempdir()?;
    let outbox = Outbox::open(folder.path().join("leads.db")).await?;
    let id: EntryId = outbox.enqueue(&lead()?).await?;
    let entry: Entry = outbox.entry(id).await?.ok_or("no entry")?;
    assert_eq!((entry.id(), entry.state(), entry.attempts()), (id, State::Queued, 0));
    assert_eq!((entry.lead_key(), entry.reason()), ("919999999999", None));
    let queued: Vec<Entry> = outbox.entries(State::Queued, 10).await?;
    assert_eq!(queued.len(), 1);

    let delivery: Delivery = outbox.deliver(client(&emulator)?).concurrency(4);
    let worker: Worker = delivery.verify(sync_client(&emulator)?).start();
    assert!(!worker.is_paused());
    let stats: Stats = loop {
        let stats = outbox.stats().await?;
        if stats.verified == 1 {
            break stats;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!((stats.queued, stats.refused, stats.oldest_queued), (0, 0, None));
    worker.stop().await?;

    // A final entry can be neither retried nor discarded.
    let refused: [Result<(), telecrm_outbox::Error>; 3] =
        [outbox.retry(id).await, outbox.retry_with_actions(id).await, outbox.discard(id).await];
    assert!(refused.iter().all(Result::is_err));

    let _ = telecrm_outbox::sqlite::ENQUEUE;
    let _ = telecrm_outbox::sqlite::enqueue_parameters(&lead()?);
    let enqueue_in = |outbox: &Outbox,
                      transaction: &telecrm_outbox::rusqlite::Transaction<'_>,
                      lead: &Lead| outbox.enqueue_in(transaction, lead);
    let _ = enqueue_in;
    Ok(())
}

#[tokio::test]
async fn an_outbox_has_the_names_for_its_operators() -> Outcome {
    let emulator = emulator().await?;
    let folder = tempfile::tempdir()?;
    let outbox = Outbox::open(folder.path().join("leads.db")).await?;
    let options = EnqueueOptions::new().key("delivery-1").priority(Priority::Bulk);
    let enqueued: Enqueued = outbox.enqueue_with(&lead()?, options).await?;
    assert!(enqueued.is_new);
    let held = HeldLead::new("form", "phone=x").reasons(["phone: not a phone"]).key("delivery-2");
    let held: EntryId = outbox.hold(held).await?;
    let entry = outbox.entry(held).await?.ok_or("no entry")?;
    assert_eq!((entry.state(), entry.body()), (State::Held, Some("phone=x")));
    assert_eq!(entry.raw_body(), Some(&b"phone=x"[..]));
    let released: EntryId = outbox.release(held, &lead()?).await?;
    outbox.pause().await?;
    outbox.resume().await?;

    let (settled, mut calls) = tokio::sync::mpsc::unbounded_channel();
    let delivery = outbox.deliver(client(&emulator)?).standby(false);
    let mut worker: Worker = delivery
        .attention_retention(Duration::from_secs(90 * 24 * 60 * 60))
        .on_settled(move |entry: &Settled| {
            let _ = settled.send((entry.id, entry.state, entry.attempts, entry.waited));
        })
        .start();
    worker.ready().await?;
    assert_eq!(worker.status(), WorkerStatus::Delivering);
    let workers: Vec<WorkerInfo> = outbox.workers().await?;
    let WorkerInfo { pid, status, host, since, .. } = workers.first().ok_or("no worker")?;
    assert_eq!((*pid, *status), (std::process::id(), WorkerStatus::Delivering));
    let _: (&String, &SystemTime) = (host, since);
    let (id, state, ..) = calls.recv().await.ok_or("the worker ended")?;
    assert!([enqueued.id, released].contains(&id));
    assert_eq!(state, State::Accepted);
    worker.stop().await?;

    let numbers: Stats = outbox.stats().await?;
    assert_eq!((numbers.held, numbers.unassigned), (0, 0));
    let error = outbox.confirm(enqueued.id).await.err().ok_or("an accepted entry is decided")?;
    assert!(!error.is_ambiguous());
    let _ = [PauseCause::Unauthorized, PauseCause::WrongAddress, PauseCause::NotTelecrm];
    let _ = [PauseCause::Blocked, PauseCause::Unavailable, PauseCause::Operator];
    let _ = [WorkerStatus::Starting, WorkerStatus::Standby, WorkerStatus::Ended];
    Ok(())
}

#[tokio::test]
async fn several_workspaces_have_their_names() -> Outcome {
    let folder = tempfile::tempdir()?;
    let other = folder.path().join("other.yaml");
    let text = std::fs::read_to_string(schema())?;
    let id = WORKSPACE.enterprise_id().ok_or("the schema has an id")?;
    std::fs::write(&other, text.replace(id, "another_workspace"))?;
    let emulator = Emulator::builder()
        .schema_file(schema())
        .schema_file(other)
        .behavior("empty_text", "clear")
        .start()
        .await?;
    assert_eq!(emulator.enterprise_ids(), [id, "another_workspace"]);
    let other = EnterpriseId::parse("another_workspace")?;
    let other = Client::builder(other, AsyncToken::parse("emulator-async-token")?)
        .base_url(emulator.url())
        .allow_plain_http()
        .build()?;
    let outbox = Outbox::open(folder.path().join("leads.db")).await?;
    let delivery: Delivery = outbox.deliver(client(&emulator)?).client(other);
    delivery.verify(sync_client(&emulator)?).start().stop().await?;
    let _: fn(&str) -> Result<telecrm_runtime::ClientBuilder, BuildError> =
        Client::builder_from_env_prefixed;
    let _: fn(&str) -> Result<sync::ClientBuilder, BuildError> =
        sync::Client::builder_from_env_prefixed;
    Ok(())
}

#[tokio::test]
async fn errors_and_stops_have_names() -> Outcome {
    let emulator = emulator().await?;
    let client = client(&emulator)?;
    client.stop();
    let error = client.send(&lead()?).await.err().ok_or("stopped clients do not send")?;
    assert!(matches!(error, Error::Stopped), "{error:?}");
    let _ = (error.is_retryable(), error.is_ambiguous(), error.status(), error.retry_after());
    let _ = error.kind();
    let _: fn() -> Result<telecrm_runtime::ClientBuilder, BuildError> = Client::builder_from_env;
    let _ = RetryPolicy::interactive();
    let _ = VerifyPolicy::once();
    Ok(())
}

#[test]
fn generated_items_have_the_names_of_the_contract() -> Outcome {
    let workspace: &'static Workspace = WORKSPACE;
    assert_eq!(workspace.fingerprint(), WORKSPACE.fingerprint());
    assert_eq!(SiteVisit::CODE, "ACTION_1001");
    assert_eq!(ContactSource::ALL.len(), 5);
    assert_eq!(ContactSource::ColdCall.label(), "Cold Call");
    assert_eq!("Cold Call".parse::<ContactSource>()?, ContactSource::ColdCall);
    let _ = Status::Fresh.stage();
    let mut lead = Lead::new(Phone::normalize("098765 43210", "91")?);
    let set: Result<(), telecrm_runtime::SetError> = lead.set("deal_size", "12.50");
    set?;
    let form = [("phone", "919876543210"), ("name", "{{name}}")];
    let partial: Partial<Lead> = parse_partial(form, &ParseOptions::new())?;
    let errors: SetErrors = parse_lead::<Lead>(form, &ParseOptions::new()).unwrap_err();
    assert_eq!((partial.errors.len(), partial.errors.to_string()), (1, errors.to_string()));
    for (partial, error) in (&partial.errors).into_iter().zip(errors) {
        assert_eq!((partial, error.reason()), (&error, Some(Reason::Placeholder)));
    }
    assert_eq!(partial.lead, Lead::new(phone!("919876543210")));
    lead.actions.push(Action::from(SiteVisit::new()));
    assert_eq!(lead.deal_size, Some(number!(12.5)));
    assert_eq!(
        to_json(&lead),
        r#"{"fields":{"phone":"919876543210","deal_size":12.5},"actions":[{"type":"ACTION_1001","fields":{}}]}"#
    );
    Ok(())
}

/// A function for several workspaces: it uses no generated name.
fn enquiry<L: GeneratedLead>(phone: &str) -> Result<L, Box<dyn std::error::Error>> {
    L::require_fields(&["name", "contact_source"])?;
    let mut lead = L::from_identifier(phone, &ParseOptions::new().country_code("91")?)?;
    lead.set("name", "Jane Doe")?;
    lead.set_with("contact_source", "Website", &ParseOptions::new())?;
    Ok(lead)
}

#[test]
fn generic_function_sets_fields_by_api_name() -> Outcome {
    let lead: Lead = enquiry("98765 43210")?;
    assert_eq!(lead.contact_source, Some(ContactSource::Website));
    assert_eq!(lead.phone.as_str(), "919876543210");
    let workspace: &'static Workspace = <Lead as GeneratedLead>::workspace();
    assert_eq!(workspace.identifier(), "phone");
    let missing: MissingFields = Lead::require_fields(&["name", "contact_sorce"]).unwrap_err();
    assert_eq!(missing.fields().collect::<Vec<_>>(), ["contact_sorce"]);
    assert!(missing.to_string().contains("did you mean `contact_source`?"), "{missing}");
    let blank: Result<Lead, ValueError> = Lead::from_identifier(" ", &ParseOptions::new());
    assert!(blank.is_err());
    Ok(())
}

#[tokio::test]
async fn boxed_leads_are_sent_enqueued_and_encoded() -> Outcome {
    let emulator = emulator().await?;
    let client = client(&emulator)?;
    let leads = || -> Result<Vec<Box<dyn telecrm_runtime::Lead + Send + Sync>>, Box<dyn std::error::Error>> {
        Ok(vec![Box::new(lead()?), Box::new(Arc::new(enquiry::<Lead>("98765 43211")?))])
    };
    let encoded: Vec<String> = leads()?.iter().map(to_json).collect();
    assert!(encoded.iter().all(|body| body.starts_with(r#"{"fields":{"phone":"#)), "{encoded:?}");
    let mut sending = client.send_all(leads()?);
    while let Some(sent) = sending.next().await {
        sent.result?;
    }
    let folder = tempfile::tempdir()?;
    let outbox = Outbox::open(folder.path().join("outbox.db")).await?;
    for lead in &leads()? {
        client.send(lead).await?;
        outbox.enqueue(lead).await?;
    }
    assert_eq!((emulator.leads().len(), outbox.stats().await?.queued), (2, 2));
    Ok(())
}
