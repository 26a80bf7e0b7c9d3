//! An admissions enquiry form that sends its leads to telecrm.
//!
//! The steps for an enquiry: `form` → `store` (one transaction: the enquiry and its outbox entry) →
//! "thank you". Then the outbox delivers and verifies the lead. The steps for a body of a webhook:
//! `webhook` (a lead with the valid values) → `store` (the lead, and the body if a value is invalid).

mod access;
mod enquiry;
mod form;
mod pages;
mod settings;
mod store;
pub mod webhook;

/// The workspace's types, generated from `schema/workspace.yaml`.
pub mod crm {
    telecrm_runtime::include_workspace!();
}

use std::path::Path;

use axum::extract::{DefaultBodyLimit, Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use serde_json::json;
use telecrm_outbox::{HeldLimits, Outbox, State as EntryState, Worker, WorkerStatus};
use telecrm_runtime::{Client, sync};

pub use access::{AllowedOrigin, BlankSecret, InvalidOrigin, Secret};
pub use settings::Settings;
pub use store::StoreError;

use access::Limits;
use store::Store;

/// Maximum size of an enquiry, which has a few hundred bytes.
const MAX_BODY: usize = 16 * 1024;

/// Maximum size of the body of a webhook.
const MAX_WEBHOOK_BODY: usize = 64 * 1024;

/// Maximum number of enquiries in the list.
const MAX_ROWS: u32 = 200;

/// The application: the form, its database, and delivery.
#[derive(Clone)]
pub struct App {
    store: Store,
    outbox: Outbox,
    /// The same outbox for requests without a secret, which may use half of the space for held bodies.
    public_outbox: Outbox,
    limits: Limits,
    settings: std::sync::Arc<Settings>,
    worker: std::sync::Arc<tokio::sync::Mutex<Option<Worker>>>,
}

impl App {
    /// Opens the database and starts delivery.
    ///
    /// While another process delivers from this database, this process is its standby.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be opened or delivery cannot start.
    pub async fn start(
        database: &Path,
        client: Client,
        reader: sync::Client,
        settings: Settings,
    ) -> Result<Self, StoreError> {
        let outbox = Outbox::open(database).await?;
        let store = Store::open(database, outbox.clone())?;
        let delivery = outbox.deliver(client).verify(reader).report_outdated::<crm::Lead>();
        let mut worker = delivery.start();
        worker.ready().await?;
        let HeldLimits { entries, bytes } = HeldLimits::default();
        let half = HeldLimits { entries: entries / 2, bytes: bytes / 2 };
        Ok(Self {
            store,
            public_outbox: outbox.clone().with_held_limits(half),
            outbox,
            limits: Limits::new(&settings.trusted_proxies),
            settings: settings.into(),
            worker: std::sync::Arc::new(Some(worker).into()),
        })
    }

    /// The routes of the application.
    pub fn router(&self) -> Router {
        let limit = middleware::from_fn_with_state(self.limits.clone(), access::limit_visitors);
        let same_site = middleware::from_fn(access::refuse_other_sites);
        let pages = Router::new()
            .route("/", get(show_form).post(submit))
            .route("/thank-you", get(async || pages::thanks()))
            .route("/enquiries", get(list))
            .layer(limit.clone())
            .layer(same_site.clone())
            .layer(DefaultBodyLimit::max(MAX_BODY));
        let app = Router::new().merge(pages).merge(self.webhooks().layer(same_site));
        let app = if self.settings.allowed_origins.is_empty() {
            app
        } else {
            let origins: std::sync::Arc<[_]> = self.settings.allowed_origins.as_slice().into();
            let enquiry = Router::new()
                .route(enquiry::PATH, post(enquiry::post))
                .layer(limit)
                .layer(middleware::from_fn_with_state(origins, access::allow_origins))
                .layer(DefaultBodyLimit::max(MAX_BODY));
            app.merge(enquiry)
        };
        app.route("/health", get(health)).with_state(self.clone())
    }

    fn webhooks(&self) -> Router<Self> {
        use webhook::receive;

        let token = self.settings.webhook_token.as_ref();
        let webhooks = Router::new()
            .route("/webhook", receive::flat())
            .route("/webhook/google", receive::google(self.settings.google_key.clone()))
            .route("/webhook/indiamart", receive::indiamart(token));
        let webhooks = if token.is_some() {
            webhooks
                .route("/webhook/{token}", receive::flat())
                .route("/webhook/indiamart/{token}", receive::indiamart(token))
        } else {
            webhooks
        };
        webhooks.layer(DefaultBodyLimit::max(MAX_WEBHOOK_BODY))
    }

    /// Stops delivery after the requests in flight. The next start delivers the other enquiries.
    ///
    /// # Errors
    ///
    /// Returns an error if delivery failed.
    pub async fn stop(&self) -> Result<(), StoreError> {
        if let Some(worker) = self.worker.lock().await.take() {
            worker.stop().await?;
        }
        Ok(())
    }

    async fn status(&self) -> WorkerStatus {
        self.worker.lock().await.as_ref().map_or(WorkerStatus::Ended, Worker::status)
    }
}

impl IntoResponse for StoreError {
    fn into_response(self) -> Response {
        tracing::error!(error = &self as &dyn std::error::Error, "an enquiry was not saved");
        pages::plain(
            StatusCode::SERVICE_UNAVAILABLE,
            "Your enquiry could not be saved. Please try again in a minute.",
        )
    }
}

async fn show_form(State(app): State<App>) -> Result<Response, StoreError> {
    let form = form::Form { submission: app.store.submission().await?, ..form::Form::default() };
    Ok(pages::form(&form, &[]))
}

async fn submit(
    State(app): State<App>,
    Form(mut form): Form<form::Form>,
) -> Result<Response, StoreError> {
    if form.submission.is_empty() {
        form.submission = app.store.submission().await?;
    }
    match form.lead() {
        Ok(lead) => {
            app.store.save(form.submission, lead).await?;
            Ok(Redirect::to("/thank-you").into_response())
        }
        Err(problems) => Ok(pages::form(&form, &problems)),
    }
}

/// Reports to a load balancer or a monitor whether enquiries reach telecrm.
async fn health(State(app): State<App>) -> Response {
    let status = app.status().await;
    let code = match status {
        WorkerStatus::Delivering | WorkerStatus::Standby => StatusCode::OK,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    };
    let cause = match status {
        WorkerStatus::Paused(cause) => Some(cause.as_str()),
        _ => None,
    };
    (code, Json(json!({ "status": status.as_str(), "cause": cause }))).into_response()
}

async fn list(State(app): State<App>) -> Result<Response, StoreError> {
    let mut rows = Vec::new();
    for enquiry in app.store.newest(MAX_ROWS).await? {
        let entry = app.outbox.entry(enquiry.entry).await?;
        rows.push((enquiry, entry));
    }
    let held = app.outbox.entries(EntryState::Held, MAX_ROWS).await?;
    let held_count = app.outbox.stats().await?.held;
    Ok(pages::enquiries(rows, held, held_count, app.status().await))
}
