//! The APIs of telecrm and their hosts.

use super::build_error::BuildError;

/// The Async API, which accepts leads: [`Client`](crate::Client).
#[derive(Clone, Debug)]
pub enum AsyncApi {}

/// The Sync API, which returns schemas and leads: [`sync::Client`](crate::sync::Client).
#[cfg(feature = "sync")]
#[derive(Clone, Debug)]
pub enum SyncApi {}

/// The Async API, called without async: [`blocking::Client`](crate::blocking::Client).
#[cfg(feature = "blocking")]
#[derive(Clone, Debug)]
pub enum BlockingApi {}

pub(crate) mod sealed {
    /// Restricts [`Api`](super::super::Api) to this crate.
    pub trait Sealed {}

    impl Sealed for super::AsyncApi {}
    #[cfg(feature = "sync")]
    impl Sealed for super::SyncApi {}
    #[cfg(feature = "blocking")]
    impl Sealed for super::BlockingApi {}
}

/// Host of an API. Each API refuses the other API's token with 401.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// `https://next-api.telecrm.in`.
    Async,
    /// `https://next.telecrm.in/autoupdate/v2`.
    Sync,
}

const ASYNC_HOST: &str = "next-api.telecrm.in";
const SYNC_HOST: &str = "next.telecrm.in";

impl Host {
    pub(crate) fn base_url(self) -> &'static str {
        match self {
            Self::Async => "https://next-api.telecrm.in",
            Self::Sync => "https://next.telecrm.in/autoupdate/v2",
        }
    }

    /// Returns an error if `host` is telecrm's host for the other API.
    pub(super) fn check(self, host: &str) -> Result<(), BuildError> {
        match (self, host) {
            (Self::Async, SYNC_HOST) => Err(BuildError::SyncHost),
            (Self::Sync, ASYNC_HOST) => Err(BuildError::AsyncHost),
            _ => Ok(()),
        }
    }

    pub(super) fn path_of_a_request(self) -> &'static str {
        match self {
            Self::Async => {
                "it contains the path of a request, which the client adds; an example of a base URL is \
                 https://next-api.telecrm.in"
            }
            Self::Sync => {
                "it contains the path of a request, which the client adds; an example of a base URL is \
                 https://next.telecrm.in/autoupdate/v2"
            }
        }
    }

    pub(super) fn not_a_url(self) -> &'static str {
        match self {
            Self::Async => "it is not a URL; an example is https://next-api.telecrm.in",
            Self::Sync => "it is not a URL; an example is https://next.telecrm.in/autoupdate/v2",
        }
    }
}
