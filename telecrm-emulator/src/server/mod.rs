//! The HTTP surface: the two APIs, `/emulator/…` for tests, and the inspector page.

mod authorize;
mod body;
mod control;
mod events;
mod faulty;
mod framing;
mod guard;
mod ingest;
mod inspector;
mod listener;
mod query;
mod refusal;
mod sync;

use std::sync::Arc;

use axum::{
    Router,
    middleware::from_fn_with_state,
    response::Response,
    routing::{any, delete, get, post, put},
};
use tokio::net::TcpListener;

use self::{faulty::Faulty, refusal::Refusal};
use crate::{engine::Engine, faults::Api};

/// Answers on `listener` until the runtime ends.
pub(crate) async fn serve(listener: TcpListener, engine: Arc<Engine>) {
    let read_timeout = engine.settings.read_timeout;
    listener::serve(listener, router(engine), read_timeout).await;
}

/// Everything that an emulator answers.
fn router(engine: Arc<Engine>) -> Router {
    let faulty = |api| {
        let state = Faulty { engine: Arc::clone(&engine), api };
        from_fn_with_state(state, faulty::inject)
    };
    let ingest = Router::new()
        .route(
            "/enterprise/{id}/autoupdatelead",
            post(ingest::autoupdatelead).fallback(ingest::by_another_method),
        )
        .layer(faulty(Api::Async));
    let sync =
        Router::new().route("/autoupdate/v2/{*path}", any(sync::answer)).layer(faulty(Api::Sync));
    let control = Router::new()
        .route("/emulator/health", get(control::health).fallback(only_get))
        .route("/emulator/wait", get(control::wait).fallback(only_get))
        .route("/emulator/leads", get(control::leads).fallback(only_get))
        .route("/emulator/deliveries", get(control::deliveries).fallback(only_get))
        .route("/emulator/deliveries/{number}/curl", get(inspector::curl).fallback(only_get))
        .route("/emulator/counters", get(control::counters).fallback(only_get))
        .route("/emulator/reset", post(control::reset).fallback(only_post))
        .route("/emulator/faults", put(control::faults).fallback(only_put))
        .route("/emulator/clock", post(control::clock).fallback(only_post))
        .route("/emulator/answers", put(control::answers).fallback(only_put))
        .route("/emulator/processing", put(control::processing).fallback(only_put))
        .route("/emulator/tokens", post(control::create_token).fallback(only_post))
        .route("/emulator/tokens/{token}", delete(control::revoke_token).fallback(only_delete));
    let page = Router::new()
        .route("/", get(inspector::page).fallback(only_get))
        .route("/emulator/page.css", get(inspector::style).fallback(only_get))
        .route("/emulator/page.js", get(inspector::script).fallback(only_get))
        .route("/emulator/events", get(events::stream).fallback(only_get))
        .route("/emulator/login", get(faulty::login).fallback(only_get));
    let guard = from_fn_with_state(Arc::clone(&engine), guard::check);
    let routes = ingest.merge(sync).merge(control).merge(page).fallback(nowhere);
    routes.layer(guard).with_state(engine)
}

async fn only_get() -> Response {
    Refusal::method_not_allowed("GET")
}

async fn only_post() -> Response {
    Refusal::method_not_allowed("POST")
}

async fn only_put() -> Response {
    Refusal::method_not_allowed("PUT")
}

async fn only_delete() -> Response {
    Refusal::method_not_allowed("DELETE")
}

async fn nowhere() -> Refusal {
    Refusal::not_found("NOT_FOUND", "the emulator has nothing at this path")
}
