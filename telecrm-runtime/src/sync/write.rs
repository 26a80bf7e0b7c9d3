//! Confirmed writes: telecrm reports the parts that it ignored.

use serde_json::{Value, json};

use super::client::Client;
use super::confirmation::{Appended, Created};
use super::document::Document;
use super::request::Request;
use crate::body::SyncBody;
use crate::error::Error;
use crate::lead::Lead;
use crate::payment::PaymentStatus;

impl Client {
    /// Calls `POST /lead`, which creates a lead with its actions.
    ///
    /// Unlike the Async API, telecrm responds when the lead is stored, and it reports each part that it
    /// ignored. [`Created::is_complete`] is `true` if it ignored nothing. The request contains the
    /// fields of [`to_json`](crate::to_json), and action types without their prefix (`1001`).
    ///
    /// telecrm receives the lead at most once: the client repeats a failed request according to the
    /// [`retry`](crate::ClientBuilder::retry) policy, but never after a request that telecrm may have
    /// received.
    ///
    /// If the future is dropped before it completes, the outcome is unknown.
    ///
    /// ```no_run
    /// # async fn create(lead: &impl telecrm_runtime::Lead) -> Result<(), Box<dyn std::error::Error>> {
    /// use telecrm_runtime::sync::{self, Error};
    ///
    /// let client = sync::Client::from_env()?;
    /// match client.create(lead).await {
    ///     Ok(created) if created.is_complete() => println!("stored as {}", created.lead_id),
    ///     Ok(created) => {
    ///         for remark in &created.remarks {
    ///             eprintln!("telecrm ignored {}: {}", remark.path(), remark.text());
    ///         }
    ///     }
    ///     Err(Error::LeadExists) => println!("telecrm has the lead already"),
    ///     Err(error) if error.is_ambiguous() => eprintln!("telecrm may have the lead: {error}"),
    ///     Err(error) => eprintln!("telecrm does not have the lead: {error}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Error::LeadExists`] if telecrm has a lead with this identifier,
    /// [`Error::WrongEnterprise`] for a lead of another enterprise, or another [`Error`] if the request
    /// fails. [`Error::is_ambiguous`] returns whether telecrm may have the lead.
    pub fn create<L: Lead + ?Sized>(
        &self,
        lead: &L,
    ) -> impl Future<Output = Result<Created, Error>> + Send + use<L> {
        let request = self.checked(&lead).map(|()| {
            Request::write("lead", SyncBody::Create(&lead).to_json()).at_most_once().creating()
        });
        let (client, actions) = (self.clone(), count(&lead));
        async move { Created::read(client.document(request?, &["lead_id"]).await?, actions) }
    }

    /// Calls `POST /lead/{leadId}`, which updates the fields of a lead.
    ///
    /// The request contains the fields that are set, without the identifier, which telecrm refuses in
    /// an update (403). Fields that are not set stay unchanged. telecrm refuses the whole update if
    /// one value is not valid; it does not report an unknown status or a locked field. An update can be
    /// repeated without harm, so the client does so according to the
    /// [`retry`](crate::ClientBuilder::retry) policy.
    ///
    /// `lead_id` is telecrm's own id, from [`create`](Self::create) or [`search`](Self::search).
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidRequest`] without sending a request if the lead has actions,
    /// [`Error::WrongEnterprise`] for a lead of another enterprise, [`Error::NotFound`] if there is no
    /// lead with this id, or another [`Error`] if the request fails.
    pub fn update<L: Lead + ?Sized>(
        &self,
        lead_id: &str,
        lead: &L,
    ) -> impl Future<Output = Result<(), Error>> + Send + use<L> {
        let request = self.update_request(lead_id, &lead);
        let client = self.clone();
        async move { client.document(request?, &["fields"]).await.map(drop) }
    }

    /// Calls `POST /lead/{leadId}/action`, which appends the actions of `lead` to a stored lead.
    ///
    /// The request contains the actions, and no field. The outcomes are in the order of the lead's
    /// actions. Like [`create`](Self::create), the client never repeats a request that telecrm may have
    /// received.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidRequest`] without sending a request if the lead has no actions,
    /// [`Error::WrongEnterprise`] for a lead of another enterprise, [`Error::NotFound`] if there is no
    /// lead with this id, or another [`Error`] if the request fails.
    pub fn append_actions<L: Lead + ?Sized>(
        &self,
        lead_id: &str,
        lead: &L,
    ) -> impl Future<Output = Result<Appended, Error>> + Send + use<L> {
        let request = self.append_request(lead_id, &lead);
        let (client, actions) = (self.clone(), count(&lead));
        async move { Appended::read(client.document(request?, &["actions"]).await?, actions) }
    }

    /// Calls `POST /lead/{leadId}/action/{actionId}`, which sets the status of a stored payment.
    ///
    /// Amount and currency of a stored payment never change (telecrm: Payment). `action_id` is the id
    /// from [`ActionOutcome::action_id`](super::ActionOutcome::action_id). The client repeats a failed
    /// request according to the [`retry`](crate::ClientBuilder::retry) policy.
    ///
    /// # Errors
    ///
    /// Returns [`Error::NotFound`] if there is no such lead or action, [`Error::Rejected`] if the action
    /// is not a payment, or another [`Error`] if the request fails.
    pub fn set_payment_status(
        &self,
        lead_id: &str,
        action_id: &str,
        status: PaymentStatus,
    ) -> impl Future<Output = Result<(), Error>> + Send + use<> {
        let body = json!({ "type": "PAYMENT", "status": status.as_str() });
        let request = Request::write("lead", body.to_string())
            .named(lead_id)
            .and_then(|request| request.below("action").named(action_id));
        let client = self.clone();
        async move { client.document(request?, &[]).await.map(drop) }
    }

    /// Calls `POST /lead` with any body.
    pub(crate) async fn create_json(&self, body: &Value) -> Result<Document, Error> {
        let request = Request::write("lead", body.to_string()).at_most_once().creating();
        self.document(request, &["lead_id"]).await
    }

    /// Calls `POST /lead/{leadId}` with any body.
    pub(crate) async fn update_json(&self, lead_id: &str, body: &Value) -> Result<Document, Error> {
        let request = Request::write("lead", body.to_string()).named(lead_id)?;
        self.document(request, &["fields"]).await
    }

    fn update_request(&self, lead_id: &str, lead: &dyn Lead) -> Result<Request, Error> {
        self.checked(lead)?;
        if lead.action_at(0).is_some() {
            let rule = "an update has no actions; send them with `append_actions`";
            return Err(Error::invalid_request(rule));
        }
        Request::write("lead", SyncBody::Update(lead).to_json()).named(lead_id)
    }

    fn append_request(&self, lead_id: &str, lead: &dyn Lead) -> Result<Request, Error> {
        self.checked(lead)?;
        if lead.action_at(0).is_none() {
            return Err(Error::invalid_request("the lead has no actions"));
        }
        let request = Request::write("lead", SyncBody::Append(lead).to_json()).at_most_once();
        Ok(request.named(lead_id)?.below("action"))
    }

    /// Returns an error if the lead's schema specifies a different enterprise (D33).
    fn checked(&self, lead: &dyn Lead) -> Result<(), Error> {
        self.check_enterprise(lead.own_workspace().enterprise_id())
    }
}

/// Returns the number of a lead's actions.
fn count(lead: &dyn Lead) -> usize {
    (0..).map_while(|index| lead.action_at(index)).count()
}
