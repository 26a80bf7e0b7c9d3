//! `GET /emulator/events`: server-sent events that notify the page of changes.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State,
    response::{
        IntoResponse,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream;
use tokio::time;

use crate::engine::Engine;

/// The shortest time between two events: under load one event stands for many changes.
const PAUSE: Duration = Duration::from_millis(150);
/// How long the page waits before it connects again.
const RETRY: Duration = Duration::from_secs(1);
/// After so long without a change a comment keeps the connection from looking dead.
const QUIET: Duration = Duration::from_secs(15);

/// An event `change` with the number of changes so far: one at once, one after each change.
pub(super) async fn stream(State(engine): State<Arc<Engine>>) -> impl IntoResponse {
    let mut changes = engine.changes();
    changes.mark_changed();
    let events = stream::unfold((changes, Duration::ZERO), |(mut changes, pause)| async move {
        time::sleep(pause).await;
        // An error here is the end of the server.
        changes.changed().await.ok()?;
        let count = changes.borrow_and_update().to_string();
        let event = Event::default().retry(RETRY).event("change").data(count);
        Some((Ok::<_, Infallible>(event), (changes, PAUSE)))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(QUIET))
}
