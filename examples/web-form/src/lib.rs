//! An admissions enquiry form that sends its leads to telecrm.
//!
//! The steps for an enquiry: `form` → `store` (one transaction: the enquiry and its outbox entry) →
//! "thank you". Then the outbox delivers and verifies the lead.

mod form;
mod guard;
mod pages;
mod store;
mod webhook;

/// The workspace's types, generated from `schema/workspace.yaml`.
mod crm {
    telecrm_runtime::include_workspace!();
}

use std::path::Path;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use serde_json::json;
use telecrm_outbox::{Outbox, Worker, WorkerStatus};
use telecrm_runtime::{Client, sync};

pub use store::StoreError;

use store::Store;

/// Maximum size of a request. An enquiry has a few hundred bytes.
const MAX_BODY: usize = 16 * 1024;

/// Maximum number of enquiries in the list.
const MAX_ROWS: u32 = 200;

/// The application: the form, its database, and delivery.
#[derive(Clone)]
pub struct App {
    store: Store,
    outbox: Outbox,
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
    ) -> Result<Self, StoreError> {
        let outbox = Outbox::open(database).await?;
        let store = Store::open(database, outbox.clone())?;
        let delivery = outbox.deliver(client).verify(reader).report_outdated::<crm::Lead>();
        let mut worker = delivery.start();
        worker.ready().await?;
        Ok(Self { store, outbox, worker: std::sync::Arc::new(Some(worker).into()) })
    }

    /// The routes of the application.
    pub fn router(&self) -> Router {
        let guard = middleware::from_fn_with_state(guard::Guard::default(), guard::guard);
        Router::new()
            .route("/", get(show_form).post(submit))
            .route("/thank-you", get(async || pages::thanks()))
            .route("/enquiries", get(list))
            .route("/webhook", post(webhook_lead))
            .layer(guard)
            .layer(DefaultBodyLimit::max(MAX_BODY))
            .route("/health", get(health))
            .with_state(self.clone())
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

async fn webhook_lead(State(app): State<App>, body: Bytes) -> Result<Response, StoreError> {
    match webhook::lead(&body) {
        Ok(lead) => {
            app.store.save(app.store.submission().await?, lead).await?;
            Ok((StatusCode::ACCEPTED, Json(json!({ "status": "saved" }))).into_response())
        }
        Err(reasons) => Ok(webhook::refused(&reasons)),
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
    Ok(pages::enquiries(rows, app.status().await))
}
