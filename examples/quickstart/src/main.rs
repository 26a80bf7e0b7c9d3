//! Sends a typed lead to an emulator of telecrm, and reads it back.
//!
//! It then sends JSON without types that has four common mistakes, and prints the lost values. The
//! example does not contact the real service: the emulator listens on 127.0.0.1.

mod crm {
    telecrm_runtime::include_workspace!();
}

use std::error::Error;
use std::time::{Duration, SystemTime};

use crm::Lead;
use crm::actions::{DemoClass, SiteVisit, demo_class, site_visit};
use crm::options::{ContactSource, Course, Interests, Status};
use crm::texts;
use telecrm_emulator::{Emulator, Faults};
use telecrm_runtime::sync::{self, Verification, VerifyPolicy};
use telecrm_runtime::{
    AsyncToken, Client, Currency, EnterpriseId, Payment, PaymentStatus, Rating, SyncToken,
    active_user, amount, email, literal, media_link, money, phone, website,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");
    let emulator = Emulator::builder().schema_file(schema).start().await?;

    title("1. A lead, typed by schema/workspace.yaml");
    let lead = lead();
    println!("{}", pretty(&telecrm_runtime::to_json(&lead))?);

    title("2. Sent to an emulator of telecrm");
    let enterprise = EnterpriseId::parse(emulator.enterprise_id())?;
    let token = AsyncToken::parse(emulator.async_token())?;
    let client = Client::builder(enterprise.clone(), token).base_url(emulator.url()).build()?;
    let before = SystemTime::now();
    let receipt = client.send(&lead).await?;
    println!("receipt: queued, actions {:?}", receipt.actions());

    title("3. The lead as stored");
    for stored in emulator.leads() {
        println!("{}", serde_json::to_string_pretty(&stored)?);
    }
    let dropped: usize = emulator.deliveries().iter().map(|delivery| delivery.drops.len()).sum();
    println!("dropped: {dropped}");

    title("4. Read back and compared");
    let token = SyncToken::parse(emulator.sync_token())?;
    let reader = sync::Client::builder(enterprise, token)
        .base_url(emulator.sync_url())
        .verify_policy(VerifyPolicy::once())
        .build()?;
    println!("verification: {}", shown(&reader.verify(&lead, before).await?));
    // telecrm may queue a lead and then lose a part of it.
    emulator.set_faults(Faults::once("drop_field:budget".parse()?));
    let other = Lead::new(phone!("918888888888")).name("Ravi Iyer").budget(money!("90000"));
    let before = SystemTime::now();
    client.send(&other).await?;
    println!("queued, then a field was lost: {}", shown(&reader.verify(&other, before).await?));

    title("5. A confirmed write");
    // The Sync API reports the parts that it ignored, here none. It never creates a lead twice.
    let visitor = Lead::new(phone!("917777777777")).name("Meera Nair").course(Course::RAndD);
    let created = reader.create(&visitor).await?;
    println!("stored: {}, ignored parts: {}", created.is_complete(), created.remarks.len());
    match reader.create(&visitor).await {
        Err(sync::Error::LeadExists) => println!("created again: telecrm has this lead already"),
        other => println!("created again: {other:?}"),
    }
    reader.update(&created.lead_id, &visitor.clone().rating(Rating::FIVE)).await?;
    let payment = Payment::new(PaymentStatus::Pending, Currency::Inr, amount!("5000"));
    let appended = reader.append_actions(&created.lead_id, &visitor.action(payment)).await?;
    if let Some(action_id) = appended.actions.first().and_then(|action| action.action_id()) {
        let paid = PaymentStatus::Completed;
        reader.set_payment_status(&created.lead_id, action_id, paid).await?;
    }
    let stored = reader.lead(&created.lead_id, true).await?;
    println!("its actions: {:?}", stored.typed::<Lead>()?.lead.actions);

    title("6. The same lead as JSON without types, with four common mistakes");
    println!("{}", pretty(UNTYPED)?);
    let url = format!("{}/enterprise/{}/autoupdatelead", emulator.url(), emulator.enterprise_id());
    let response = reqwest::Client::new()
        .post(url)
        .bearer_auth(emulator.async_token())
        .header("Content-Type", "application/json")
        .body(UNTYPED)
        .send()
        .await?;
    println!("response: {} {}", response.status().as_u16(), response.text().await?);

    title("7. The values that were silently lost");
    if let Some(delivery) = emulator.deliveries().last() {
        for drop in &delivery.drops {
            println!("{} {}: {}", drop.rule.id(), drop.path, drop.reason);
        }
    }
    println!("\nWith the generated types, none of the four mistakes compiles.");
    Ok(())
}

/// Describes the result of a verification, without the values of the lead.
fn shown(verification: &Verification) -> String {
    match verification {
        Verification::Verified => "everything is stored as sent".to_owned(),
        Verification::Mismatched(mismatches) => {
            let texts = mismatches.iter().map(ToString::to_string);
            texts.collect::<Vec<_>>().join("; ")
        }
        other => format!("{other:?}"),
    }
}

/// Returns a lead with most types of fields, two actions and a payment.
fn lead() -> Lead {
    let tomorrow = SystemTime::now() + Duration::from_secs(24 * 60 * 60);
    Lead::new(phone!("919999999999"))
        .name("Asha Rao")
        .email(email!("asha.rao@example.com"))
        .remark(literal!(texts::Remark, "Prefers calls after five"))
        .contact_source(ContactSource::WalkIn)
        .course(Course::RAndD)
        .interests([Interests::Vip, Interests::_10Plus])
        .deal_size(2)
        .budget(money!("150000.50"))
        .rating(Rating::FOUR)
        .follow_up_date(tomorrow)
        .website(website!("https://school.example.com"))
        .marksheet(media_link!("https://files.example.com/marksheet.pdf"))
        .counsellor(active_user!("counsellor@example.com"))
        .status(Status::DemoBooked)
        .action(
            SiteVisit::new()
                .note("Came with both parents")
                .outcome(site_visit::Outcome::Interested)
                .created_on(SystemTime::now() - Duration::from_secs(60 * 60)),
        )
        .action(DemoClass::new().subject(demo_class::Subject::Physics).rating(Rating::FIVE))
        .action(Payment::new(PaymentStatus::Completed, Currency::Inr, amount!("5000")))
}

/// JSON without types: a misspelled dropdown label, money as a JSON number, a field name in the
/// wrong case, and an action code without its prefix.
const UNTYPED: &str = r#"{
  "fields": {
    "phone": "919888888888",
    "contact_source": "walk in",
    "budget": 150000.5,
    "Deal_Size": 2
  },
  "actions": [
    { "type": "1001", "fields": { "note": "Came with both parents" } }
  ]
}"#;

fn title(text: &str) {
    println!("\n=== {text} ===\n");
}

fn pretty(json: &str) -> Result<String, serde_json::Error> {
    let value: serde_json::Value = serde_json::from_str(json)?;
    serde_json::to_string_pretty(&value)
}
