//! The application against a telecrm on loopback. Each test has an emulator of its own, so they
//! run in parallel; it stops when it is dropped.

use telecrm_emulator::{Emulator, Fault, Faults};
use telecrm_runtime::{ActionDelivery, AsyncToken, Client, EnterpriseId};
use testing::{Enquiry, submit};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");

/// The emulator in one line, and a client that talks to it.
async fn telecrm() -> (Emulator, Client) {
    let emulator = Emulator::builder().schema_file(SCHEMA).start().await.expect("a good schema");
    let enterprise = EnterpriseId::parse(emulator.enterprise_id()).expect("an id");
    let token = AsyncToken::parse(emulator.async_token()).expect("a token");
    let client = Client::builder(enterprise, token).base_url(emulator.url()).build();
    (emulator, client.expect("a client"))
}

fn enquiry() -> Enquiry {
    Enquiry { phone: "098765 43210".into(), name: "Asha Rao".into(), ..Enquiry::default() }
}

#[tokio::test]
async fn an_enquiry_becomes_a_lead_and_nothing_is_dropped() {
    let (emulator, client) = telecrm().await;
    submit(&client, &enquiry()).await.expect("queued");
    // Prints every loss with its reason, should there be one.
    emulator.assert_nothing_dropped();
    let lead = &emulator.leads()[0];
    assert_eq!(
        (lead.identifier.as_str(), &lead.fields["name"]),
        ("919876543210", &"Asha Rao".into())
    );
    assert_eq!(lead.actions[0]["type"], "ACTION_1003");
}

#[tokio::test]
async fn a_second_enquiry_of_the_same_number_is_the_same_lead() {
    let (emulator, client) = telecrm().await;
    submit(&client, &enquiry()).await.expect("queued");
    let again = Enquiry { phone: "+91 98765 43210".into(), name: String::new(), ..enquiry() };
    submit(&client, &again).await.expect("queued");
    emulator.assert_nothing_dropped();
    let leads = emulator.leads();
    assert_eq!((leads.len(), leads[0].actions.len()), (1, 2));
    assert_eq!(leads[0].fields["name"], "Asha Rao");
}

#[tokio::test]
async fn a_form_that_cannot_be_used_is_never_sent() {
    let (emulator, client) = telecrm().await;
    let bad = Enquiry { email: "asha@".into(), ..enquiry() };
    assert!(submit(&client, &bad).await.is_err());
    assert!(emulator.deliveries().is_empty());
}

#[tokio::test]
async fn a_429_is_tried_again() {
    let (emulator, client) = telecrm().await;
    emulator.set_faults(Faults::once(Fault::TooManyRequests { retry_after: None }));
    submit(&client, &enquiry()).await.expect("the second try");
    assert_eq!(emulator.leads().len(), 1);
}

#[tokio::test]
async fn an_action_that_may_have_arrived_is_not_sent_twice() {
    let (emulator, client) = telecrm().await;
    // telecrm processes the request, and its answer is lost on the way.
    emulator.set_faults(Faults::once(Fault::CloseAfterProcessing));
    let receipt = submit(&client, &enquiry()).await.expect("the fields, sent once more");
    assert_eq!(receipt.actions(), ActionDelivery::Unconfirmed);
    assert_eq!(receipt.unconfirmed().len(), 1);
    assert_eq!((emulator.leads().len(), emulator.leads()[0].actions.len()), (1, 1));
}

#[tokio::test]
async fn a_login_page_is_no_success() {
    let (emulator, client) = telecrm().await;
    emulator.set_faults(Faults::once(Fault::LoginPage));
    assert!(submit(&client, &enquiry()).await.is_err());
    assert!(emulator.leads().is_empty());
}
