//! Choice of the workspace that a request is for.

use std::borrow::Cow;

use axum::{Router, http::Uri};
use hyper::{Request, body::Incoming, service::Service};
use hyper_util::service::TowerToHyperService;
use percent_encoding::percent_decode_str;

use super::request::Query;

type Routes = TowerToHyperService<Router>;

/// The routes of each workspace.
pub(super) struct Workspaces {
    first: Routes,
    /// By enterprise id, including the first.
    by_id: Vec<(String, Routes)>,
}

/// Marks a request whose `?enterprise=` is the id of no workspace.
#[derive(Clone, Copy)]
pub(super) struct UnknownWorkspace;

impl Workspaces {
    /// There is at least one workspace.
    pub(super) fn new(routers: impl Iterator<Item = (String, Router)>) -> Self {
        let by_id: Vec<_> = routers.map(|(id, router)| (id, Routes::new(router))).collect();
        Self { first: by_id[0].1.clone(), by_id }
    }

    /// Forwards a request to the workspace of its path, or of `?enterprise=`, or to the first one.
    pub(super) fn call(
        &self,
        mut request: Request<Incoming>,
    ) -> <Routes as Service<Request<Incoming>>>::Future {
        let wanted = wanted(request.uri());
        let found = wanted.as_ref().and_then(|wanted| {
            self.by_id.iter().find(|(id, _)| *id == *wanted.id).map(|(_, routes)| routes)
        });
        let is_unknown = found.is_none() && wanted.is_some_and(|wanted| !wanted.is_path);
        let routes = found.unwrap_or(&self.first);
        if is_unknown {
            request.extensions_mut().insert(UnknownWorkspace);
        }
        routes.call(request)
    }
}

/// The enterprise id in a request.
#[derive(Debug, PartialEq, Eq)]
struct Wanted<'u> {
    id: Cow<'u, str>,
    /// It is in a path of the two APIs, which have their own response to an unknown id.
    is_path: bool,
}

fn wanted(uri: &Uri) -> Option<Wanted<'_>> {
    let path = uri.path();
    let path = path.strip_prefix("/autoupdate/v2").unwrap_or(path);
    if let Some(rest) = path.strip_prefix("/enterprise/") {
        let id = rest.split('/').next().unwrap_or_default();
        return Some(Wanted { id: percent_decode_str(id).decode_utf8_lossy(), is_path: true });
    }
    let id = Query::new(uri.query()).get("enterprise").filter(|id| !id.is_empty())?;
    Some(Wanted { id, is_path: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enterprise_is_in_the_path_of_both_apis_and_in_the_query_of_other_routes() {
        let of = |uri: &'static str| {
            let uri = Uri::from_static(uri);
            wanted(&uri).map(|wanted| (wanted.id.into_owned(), wanted.is_path))
        };
        let path = |id: &str| Some((id.to_owned(), true));
        assert_eq!(of("/enterprise/acme/autoupdatelead?enterprise=b"), path("acme"));
        assert_eq!(of("/autoupdate/v2/enterprise/a%20b/lead/search"), path("a b"));
        assert_eq!(of("/emulator/leads?enterprise=a+b"), Some(("a b".to_owned(), false)));
        assert_eq!(of("/emulator/leads?enterprise="), None);
        assert_eq!(of("/"), None);
    }
}
