//! Listener: accepts and serves connections, and closes them if a fault requires it.

use std::{
    cell::Cell,
    convert::Infallible,
    io,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use axum::{
    http::{
        HeaderValue,
        header::{CONNECTION, TRANSFER_ENCODING},
    },
    response::Response,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use super::{
    faulty::{CloseConnection, InjectedClose},
    framing::{AmbiguousLength, Scanned},
    workspaces::Workspaces,
};

/// Pause after the system could not accept another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves connections until the runtime ends.
///
/// `axum::serve` cannot replace this loop: a fault may close a connection without a response, and
/// `axum::serve` offers handlers no way to do so.
pub(super) async fn serve(listener: TcpListener, workspaces: Workspaces, read_timeout: Duration) {
    let workspaces = Arc::new(workspaces);
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(connection(stream, Arc::clone(&workspaces), read_timeout));
            }
            // The client has already disconnected.
            Err(error) if is_client_error(&error) => {}
            // Probably no free file descriptors: open connections will end and release theirs.
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

async fn connection(stream: TcpStream, workspaces: Arc<Workspaces>, read_timeout: Duration) {
    // Responses are small, and tests wait for each of them.
    let _ = stream.set_nodelay(true);
    let (stream, ambiguous) = Scanned::new(stream);
    let number = Cell::new(0);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        number.set(number.get() + 1);
        if ambiguous.load(Ordering::Acquire) == number.get() {
            request.extensions_mut().insert(AmbiguousLength);
        }
        // The bytes after a chunked body are not scanned, so the connection is closed after it.
        let chunked = request.headers().contains_key(TRANSFER_ENCODING);
        let response = workspaces.call(request);
        async move {
            let mut response = close_if_marked(response.await)?;
            if chunked {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, InjectedClose>(response)
        }
    });
    // An error is caused by the client or by a fault, and needs no report.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(read_timeout)
        // A client may close its side after the request and still read: `printf … | nc`.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

fn close_if_marked(response: Result<Response, Infallible>) -> Result<Response, InjectedClose> {
    match response {
        Ok(response) if response.extensions().get::<CloseConnection>().is_none() => Ok(response),
        _ => Err(InjectedClose),
    }
}

fn is_client_error(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}
