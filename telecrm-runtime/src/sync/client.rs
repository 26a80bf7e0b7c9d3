//! Client of the Sync API of one workspace.

use std::fmt;
use std::sync::Arc;

use tokio::sync::OnceCell;

use super::document::Document;
use super::lead::Lead;
use super::live::FieldTypes;
use super::request::{Query, Request};
use super::search::{Search, SearchPage};
use super::verify_policy::VerifyPolicy;
use crate::credentials::{EnterpriseId, SyncToken};
use crate::error::Error;
use crate::transport::{BuildError, ClientBuilder, SyncApi, Transport};

/// Client that reads and writes one workspace of telecrm (telecrm: Sync API).
///
/// The client is cheap to clone: clones share their connections, their pace and their retry budget.
///
/// The client repeats a failed read or update according to the [`retry`](ClientBuilder::retry)
/// policy even if telecrm received the request. It repeats [`create`](Self::create) and
/// [`append_actions`](Self::append_actions) only if telecrm has not received the request. The limits
/// of this API are not documented; by default the client makes at most 5 requests per second with one
/// token ([`reads_per_second`](ClientBuilder::reads_per_second)).
///
/// Every future needs a Tokio runtime with I/O and time enabled, and panics without one. Build a
/// client for each runtime, as with [`crate::Client`]. The section "Tracing" of that client applies
/// here too.
#[derive(Clone)]
pub struct Client {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) transport: Transport,
    pub(super) verify: VerifyPolicy,
    /// Field types of the live workspace, read once.
    pub(super) types: OnceCell<Arc<FieldTypes>>,
}

impl Client {
    /// Returns a builder for a client of this workspace.
    // rustc prints the line with the name, comment included, below a call whose arguments do not fit.
    #[rustfmt::skip]
    pub fn builder( // takes the Sync token (`SyncToken::parse`): telecrm refuses an Async token here with 401
        enterprise_id: EnterpriseId,
        token: SyncToken,
    ) -> ClientBuilder<SyncApi> {
        ClientBuilder::new(enterprise_id, token)
    }

    /// Builds the client that the environment describes.
    ///
    /// The variables are `TELECRM_ENTERPRISE_ID`, `TELECRM_SYNC_TOKEN` and, optionally,
    /// `TELECRM_SYNC_URL` for [`base_url`](ClientBuilder::base_url).
    ///
    /// # Errors
    ///
    /// Returns an error if a required variable is missing or blank, if a value is not valid, or if
    /// [`ClientBuilder::build`] returns an error.
    pub fn from_env() -> Result<Self, BuildError> {
        Self::builder_from_env()?.build()
    }

    /// Returns a builder with the values of [`from_env`](Self::from_env), for further settings.
    ///
    /// # Errors
    ///
    /// Returns an error if a required variable is missing or blank, or if a value is not valid.
    pub fn builder_from_env() -> Result<ClientBuilder<SyncApi>, BuildError> {
        Self::builder_from_env_prefixed("")
    }

    /// Returns a builder with the values of the environment variables that start with a prefix, for a
    /// program with several workspaces.
    ///
    /// With the prefix `ACME_`, the token is in `ACME_TELECRM_SYNC_TOKEN`.
    ///
    /// ```no_run
    /// use telecrm_runtime::sync;
    ///
    /// let acme = sync::Client::builder_from_env_prefixed("ACME_")?.build()?;
    /// let globex = sync::Client::builder_from_env_prefixed("GLOBEX_")?.build()?;
    /// # let _ = (acme, globex);
    /// # Ok::<(), telecrm_runtime::BuildError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error with the complete name of the variable if a required variable is missing or blank,
    /// or if a value is not valid.
    pub fn builder_from_env_prefixed(prefix: &str) -> Result<ClientBuilder<SyncApi>, BuildError> {
        ClientBuilder::from_env(prefix)
    }

    /// The enterprise whose data it reads.
    #[must_use]
    pub fn enterprise_id(&self) -> &EnterpriseId {
        &self.inner.transport.enterprise_id
    }

    /// Stops this client and all its clones.
    ///
    /// Reads that wait end immediately with [`Error::Stopped`], and so do all later reads. Requests
    /// in flight complete.
    pub fn stop(&self) {
        self.inner.transport.stop.stop();
    }

    pub(crate) fn verify_policy(&self) -> VerifyPolicy {
        self.inner.verify
    }

    /// Returns an error if the lead's schema specifies a different enterprise (D33).
    pub(crate) fn check_enterprise(&self, lead: Option<&str>) -> Result<(), Error> {
        self.inner.transport.check_enterprise(lead)
    }

    /// Returns the field types of the live workspace.
    pub(crate) async fn live_types(&self) -> Result<Arc<FieldTypes>, Error> {
        let read = async || {
            let fields = self.custom_fields().await?;
            let metadata = self.metadata().await?;
            let actions = self.custom_actions().await?;
            let types = FieldTypes::of_documents(metadata.json(), fields.json(), actions.json());
            types.map(Arc::new).ok_or_else(|| Error::incomplete("no field identifies a lead"))
        };
        self.inner.types.get_or_try_init(read).await.cloned()
    }

    pub(super) async fn document(
        &self,
        request: Request,
        keys: &'static [&'static str],
    ) -> Result<Document, Error> {
        request.send(&self.inner.transport, keys).await
    }

    /// Calls `GET /metadata`, which returns the enterprise.
    ///
    /// The response is `{"id":…,"name":…,"leadIdentifierFieldId":…}`.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if the request fails.
    pub async fn metadata(&self) -> Result<Document, Error> {
        self.document(Request::get("metadata"), &["id"]).await
    }

    /// Calls `GET /custom-fields?detail=true`, which returns all fields in detail.
    ///
    /// The response is `{"customFields":[…]}`. Each field has an id and a description, and its
    /// options are `{id, label}`.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if the request fails.
    /// See [`Error`].
    pub async fn custom_fields(&self) -> Result<Document, Error> {
        let request = Request::get("custom-fields").query(Query::Detail(true));
        self.document(request, &["customFields"]).await
    }

    /// Calls `GET /custom-fields?detail=false`, which returns a summary of all fields.
    ///
    /// The response is `{"customFields":[…]}`. The fields have no ids and no descriptions, and
    /// their options are labels.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if the request fails.
    pub async fn custom_fields_summary(&self) -> Result<Document, Error> {
        let request = Request::get("custom-fields").query(Query::Detail(false));
        self.document(request, &["customFields"]).await
    }

    /// Calls `GET /custom-fields/{apiName}`, which returns one field in detail.
    ///
    /// API names are case-sensitive.
    ///
    /// # Errors
    ///
    /// Returns [`Error::NotFound`] if there is no such field, or another [`Error`] if the request
    /// fails.
    pub async fn custom_field(&self, api_name: &str) -> Result<Document, Error> {
        self.document(Request::get("custom-fields").named(api_name)?, &[]).await
    }

    /// Calls `GET /custom-actions?detail=true`, which returns all actions with their fields.
    ///
    /// The response is `{"customActions":[…]}`. It includes telecrm's built-in actions (`source:
    /// SYSTEM`). Each action has a `fieldSchema`.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if the request fails.
    pub async fn custom_actions(&self) -> Result<Document, Error> {
        let request = Request::get("custom-actions").query(Query::Detail(true));
        self.document(request, &["customActions"]).await
    }

    /// Calls `GET /custom-actions/{code}`, which returns one action in detail.
    ///
    /// `code` is the full code (`ACTION_1001`).
    ///
    /// # Errors
    ///
    /// Returns [`Error::NotFound`] if there is no such action, or another [`Error`] if the request
    /// fails.
    pub async fn custom_action(&self, code: &str) -> Result<Document, Error> {
        self.document(Request::get("custom-actions").named(code)?, &[]).await
    }

    /// Calls `GET /lead-stage-pipeline`, which returns stages, statuses and lost reasons.
    ///
    /// The response has `leadStages`, or, in another form that public code shows, `statuses` and
    /// `lostReasons` without stages.
    ///
    /// # Errors
    ///
    /// Returns an [`Error`] if the request fails.
    pub async fn lead_stage_pipeline(&self) -> Result<Document, Error> {
        self.document(Request::get("lead-stage-pipeline"), &["leadStages", "statuses"]).await
    }

    /// Calls `POST /lead/search`, which returns a page of the matching leads.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidRequest`] without sending a request if the limit is outside 1 to
    /// 100, or another [`Error`] if the request fails.
    pub async fn search(&self, search: &Search) -> Result<SearchPage, Error> {
        let document = self.document(search.request()?, &["data"]).await?;
        SearchPage::try_from(document)
    }

    /// Calls `GET /lead/{leadId}`, which returns one lead.
    ///
    /// `lead_id` is telecrm's own id. If `include_actions` is `true`, the response has a page of
    /// the lead's actions.
    ///
    /// # Errors
    ///
    /// Returns [`Error::NotFound`] if there is no such lead, or another [`Error`] if the request
    /// fails.
    pub async fn lead(&self, lead_id: &str, include_actions: bool) -> Result<Lead, Error> {
        let request = Request::get("lead").named(lead_id)?;
        let request = request.query(Query::IncludeActions(include_actions));
        let document = self.document(request, &["fields"]).await?;
        Lead::with_id(lead_id, document)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("sync::Client")
            .field("enterprise_id", &self.inner.transport.enterprise_id)
            .field("base_url", &self.inner.transport.base.url.as_str())
            .finish_non_exhaustive()
    }
}
