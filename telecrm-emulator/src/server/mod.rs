//! HTTP interface: the two APIs, `/emulator/…` for tests, and the inspector page.

mod control;
mod events;
mod faulty;
mod framing;
mod guard;
mod ingest;
mod inspector;
mod listener;
mod refusal;
mod request;
mod sync;
mod workspaces;

use std::sync::Arc;

use axum::{
    Router,
    http::Uri,
    middleware::from_fn_with_state,
    routing::{MethodRouter, any, delete, get, post, put},
};
use tokio::net::TcpListener;

use self::{faulty::Faulty, refusal::Refusal, workspaces::Workspaces};
use crate::{engine::Engine, faults::Api};

/// Serves requests to all workspaces on `listener` until the runtime ends. There is at least one.
pub(crate) async fn serve(listener: TcpListener, engines: Vec<Arc<Engine>>) {
    let read_timeout = engines[0].settings.read_timeout;
    let router = |engine: Arc<Engine>| (engine.enterprise_id().to_owned(), router(engine));
    let workspaces = Workspaces::new(engines.into_iter().map(router));
    listener::serve(listener, workspaces, read_timeout).await;
}

/// Returns the router with all routes of a workspace.
fn router(engine: Arc<Engine>) -> Router {
    let faulty = |api| {
        let state = Faulty { engine: Arc::clone(&engine), api };
        from_fn_with_state(state, faulty::inject)
    };
    let ingest = Router::new()
        .route(
            "/enterprise/{id}/autoupdatelead",
            post(ingest::autoupdatelead).fallback(ingest::method_not_allowed),
        )
        .layer(faulty(Api::Async));
    let sync =
        Router::new().route("/autoupdate/v2/{*path}", any(sync::respond)).layer(faulty(Api::Sync));
    let control = Router::new()
        .route("/emulator/health", only("GET", get(control::health)))
        .route("/emulator/wait", only("GET", get(control::wait)))
        .route("/emulator/leads", only("GET", get(control::leads)))
        .route("/emulator/deliveries", only("GET", get(control::deliveries)))
        .route("/emulator/deliveries/{number}/curl", only("GET", get(inspector::curl)))
        .route("/emulator/counters", only("GET", get(control::counters)))
        .route("/emulator/reset", only("POST", post(control::reset)))
        .route("/emulator/faults", only("PUT", put(control::faults)))
        .route("/emulator/clock", only("POST", post(control::clock)))
        .route("/emulator/answers", only("PUT", put(control::answers)))
        .route("/emulator/processing", only("PUT", put(control::processing)))
        .route("/emulator/tokens", only("POST", post(control::create_token)))
        .route("/emulator/tokens/{token}", only("DELETE", delete(control::revoke_token)));
    let page = Router::new()
        .route("/", only("GET", get(inspector::page)))
        .route("/emulator/page.css", only("GET", get(inspector::style)))
        .route("/emulator/page.js", only("GET", get(inspector::script)))
        .route("/emulator/events", only("GET", get(events::stream)))
        .route("/emulator/login", only("GET", get(faulty::login)));
    let guard = from_fn_with_state(Arc::clone(&engine), guard::check);
    let routes = ingest.merge(sync).merge(control).merge(page).fallback(not_found);
    routes.layer(guard).with_state(engine)
}

/// Refuses all methods of a route except one.
fn only(method: &'static str, route: MethodRouter<Arc<Engine>>) -> MethodRouter<Arc<Engine>> {
    route.fallback(move || async move { Refusal::method_not_allowed(method) })
}

async fn not_found(uri: Uri) -> Refusal {
    let path = uri.path().to_ascii_lowercase();
    let is_about = |words: &[&str]| words.iter().any(|word| path.contains(word));
    let documented = if is_about(&["autoupdate", "auto-update", "enterprise", "lead"]) {
        "; telecrm accepts leads at POST /enterprise/{enterpriseId}/autoupdatelead, and its Sync API is \
         below /autoupdate/v2/enterprise/{enterpriseId}/"
    } else {
        ""
    };
    Refusal::not_found("NOT_FOUND", format!("the emulator has nothing at this path{documented}"))
}
