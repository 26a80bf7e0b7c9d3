//! Client that reads one workspace.

use std::fmt;
use std::sync::Arc;

use tokio::sync::OnceCell;

use super::document::Document;
use super::lead::Lead;
use super::live::FieldTypes;
use super::read::{Query, Request};
use super::search::{Search, SearchPage};
use super::verify_policy::VerifyPolicy;
use crate::credentials::{EnterpriseId, SyncToken};
use crate::error::Error;
use crate::transport::{BuildError, ClientBuilder, SyncApi, Transport};

/// Reads one workspace of telecrm (telecrm: Sync API). Cheap to clone: clones share their connections,
/// their pace and their budget for repetitions.
///
/// Nothing here writes, so a failed request is repeated as the [`retry`](ClientBuilder::retry) policy
/// says, whether or not telecrm has received it. At most 5 requests a second are made on one token, or
/// as many as [`reads_per_second`](ClientBuilder::reads_per_second) says: the limits of this API are
/// not documented.
///
/// Every future needs a Tokio runtime with I/O and time enabled, and panics without one. As
/// for [`crate::Client`], build a client for each runtime; its section "Tracing" holds here, too.
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
    /// Starts a client of this workspace.
    // rustc prints the line with the name, comment included, under a call that does not fit.
    #[rustfmt::skip]
    pub fn builder( // takes the Sync token (`SyncToken::parse`): telecrm refuses an Async token here with 401
        enterprise_id: EnterpriseId,
        token: SyncToken,
    ) -> ClientBuilder<SyncApi> {
        ClientBuilder::new(enterprise_id, token)
    }

    /// Builds the client that the environment describes: `TELECRM_ENTERPRISE_ID`,
    /// `TELECRM_SYNC_TOKEN` and, where it is set, `TELECRM_SYNC_URL` as
    /// [`base_url`](ClientBuilder::base_url).
    ///
    /// # Errors
    ///
    /// Where a variable is missing or blank, or not what it should be, and whatever
    /// [`ClientBuilder::build`] refuses.
    pub fn from_env() -> Result<Self, BuildError> {
        Self::builder_from_env()?.build()
    }

    /// As [`from_env`](Self::from_env), for settings of one's own before
    /// [`build`](ClientBuilder::build).
    ///
    /// # Errors
    ///
    /// Where a variable is missing or blank, or not what it should be.
    pub fn builder_from_env() -> Result<ClientBuilder<SyncApi>, BuildError> {
        ClientBuilder::from_env()
    }

    /// Stops this client and all its clones: reads that wait end at once with [`Error::Stopped`], and
    /// so do all later ones; requests under way run to their end.
    pub fn stop(&self) {
        self.inner.transport.stop.stop();
    }

    pub(crate) fn verify_policy(&self) -> VerifyPolicy {
        self.inner.verify
    }

    /// Refuses a lead whose schema names another enterprise (D33).
    pub(crate) fn check_enterprise(&self, theirs: Option<&str>) -> Result<(), Error> {
        self.inner.transport.check_enterprise(theirs)
    }

    /// The field types of the live workspace.
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

    async fn document(
        &self,
        request: Request,
        key: Option<&'static str>,
    ) -> Result<Document, Error> {
        request.send(&self.inner.transport, key).await
    }

    /// `GET /metadata`: the enterprise, `{"id":…,"name":…,"leadIdentifierFieldId":…}`.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn metadata(&self) -> Result<Document, Error> {
        self.document(Request::get("metadata"), Some("id")).await
    }

    /// `GET /custom-fields?detail=true`: `{"customFields":[…]}`, each field with its id, description
    /// and options as `{id, label}`.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn custom_fields(&self) -> Result<Document, Error> {
        let request = Request::get("custom-fields").query(Query::Detail(true));
        self.document(request, Some("customFields")).await
    }

    /// `GET /custom-fields?detail=false`: `{"customFields":[…]}`, options as bare labels, without ids
    /// and descriptions.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn custom_fields_summary(&self) -> Result<Document, Error> {
        let request = Request::get("custom-fields").query(Query::Detail(false));
        self.document(request, Some("customFields")).await
    }

    /// `GET /custom-fields/{apiName}`: one field, detailed. API names are case-sensitive.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] where there is no such field; else see [`Error`].
    pub async fn custom_field(&self, api_name: &str) -> Result<Document, Error> {
        self.document(Request::get("custom-fields").named(api_name)?, None).await
    }

    /// `GET /custom-actions?detail=true`: `{"customActions":[…]}`, telecrm's own (`source: SYSTEM`)
    /// among them, each with its `fieldSchema`.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn custom_actions(&self) -> Result<Document, Error> {
        let request = Request::get("custom-actions").query(Query::Detail(true));
        self.document(request, Some("customActions")).await
    }

    /// `GET /custom-actions/{code}`: one action, detailed, by its full code (`ACTION_1001`).
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] where there is no such action; else see [`Error`].
    pub async fn custom_action(&self, code: &str) -> Result<Document, Error> {
        self.document(Request::get("custom-actions").named(code)?, None).await
    }

    /// `GET /lead-stage-pipeline`: stages with their statuses, and the lost reasons.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn lead_stage_pipeline(&self) -> Result<Document, Error> {
        self.document(Request::get("lead-stage-pipeline"), Some("leadStages")).await
    }

    /// `POST /lead/search`: a page of the leads that match.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] where the limit is outside 1 to 100, before anything is sent; else see
    /// [`Error`].
    pub async fn search(&self, search: &Search) -> Result<SearchPage, Error> {
        let document = self.document(search.request()?, Some("data")).await?;
        SearchPage::of(document)
    }

    /// `GET /lead/{leadId}`: one lead by telecrm's own id, optionally with a page of its actions
    /// (`includeActions=true`).
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] where there is no such lead; else see [`Error`].
    pub async fn lead(&self, lead_id: &str, include_actions: bool) -> Result<Lead, Error> {
        let request = Request::get("lead").named(lead_id)?;
        let request = request.query(Query::IncludeActions(include_actions));
        let document = self.document(request, Some("fields")).await?;
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
