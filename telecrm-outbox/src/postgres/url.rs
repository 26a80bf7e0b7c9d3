//! The URL of a database: libpq's parameters that matter here, and defaults of the time limits.

use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;

use crate::error::Error;

/// Settings of every connection to one database.
pub(super) struct Settings {
    pub(super) config: Config,
    pub(super) tls: TlsSettings,
}

/// Settings that the driver leaves to the TLS implementation.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct TlsSettings {
    /// The certificate is not compared with the name of the host (`sslmode=verify-ca`).
    pub(super) ignores_host: bool,
    /// File of the trusted root certificates; without one, those of this machine.
    pub(super) roots: Option<PathBuf>,
    /// Files of the client's certificate and of its key.
    pub(super) client: Option<(PathBuf, PathBuf)>,
}

/// Time for one address of the server. A second host has its turn within the time of a call.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);
/// A connection whose data is not acknowledged for this time is lost.
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(20);
/// Idle connections are probed after this time, and then at the interval.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(10);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);
const KEEPALIVE_RETRIES: u32 = 3;

/// The driver's value for a URL without `keepalives_idle`.
const NO_KEEPALIVE_IDLE: Duration = Duration::from_secs(2 * 60 * 60);

pub(super) fn parse(url: &str) -> Result<Settings, Error> {
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let is_postgres = ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
    // With `#`, or another `@` or `?`, programs disagree about the end of the password. Then no text
    // may quote a name of a parameter: it may be a part of the password.
    let is_encoded = !url.contains('#') && base.matches('@').count() <= 1 && !query.contains('@');
    if !is_postgres || !is_encoded {
        return Err(Error::InvalidUrl);
    }
    let mut tls = TlsSettings::default();
    let (mut certificate, mut key) = (None, None);
    let mut left = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, encoded) = pair.split_once('=').unwrap_or((pair, ""));
        let invalid = || Error::UrlParameter { name: name.to_owned() };
        let value = percent_decode_str(encoded).decode_utf8().map_err(|_| invalid())?;
        match (name, &*value) {
            ("sslmode", "allow") => left.push("sslmode=prefer".to_owned()),
            ("sslmode", "verify-full") => left.push("sslmode=require".to_owned()),
            ("sslmode", "verify-ca") => {
                tls.ignores_host = true;
                left.push("sslmode=require".to_owned());
            }
            ("sslrootcert", "system") => tls.roots = None,
            ("sslrootcert", path) => tls.roots = Some(path.into()),
            ("sslcert", path) => certificate = Some(PathBuf::from(path)),
            ("sslkey", path) => key = Some(PathBuf::from(path)),
            ("keepalives_count", _) => left.push(format!("keepalives_retries={encoded}")),
            ("target_session_attrs", "primary") => {
                left.push("target_session_attrs=read-write".to_owned());
            }
            // The driver does so by default.
            ("client_encoding", "auto" | "utf8" | "UTF8" | "utf-8" | "UTF-8")
            | ("gssencmode", "disable" | "prefer")
            | ("sslcompression", "0")
            | ("sslsni", "1")
            | ("fallback_application_name", _) => {}
            _ if format!("postgres:///?{pair}").parse::<Config>().is_ok() => {
                left.push(pair.to_owned());
            }
            _ => return Err(invalid()),
        }
    }
    tls.client = match (certificate, key) {
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (None, None) => None,
        (Some(_), None) => return Err(Error::UrlParameter { name: "sslkey".to_owned() }),
        (None, Some(_)) => return Err(Error::UrlParameter { name: "sslcert".to_owned() }),
    };
    // The text of a parse error may repeat the password.
    let config = format!("{base}?{}", left.join("&")).parse().map_err(|_| Error::InvalidUrl)?;
    Ok(Settings { config: with_limits(config), tls })
}

/// Sets the time limits that the URL does not set.
fn with_limits(mut config: Config) -> Config {
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(TCP_USER_TIMEOUT);
    }
    if config.get_keepalives_idle() == NO_KEEPALIVE_IDLE {
        config.keepalives_idle(KEEPALIVE_IDLE);
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_interval(KEEPALIVE_INTERVAL);
    }
    if config.get_keepalives_retries().is_none() {
        config.keepalives_retries(KEEPALIVE_RETRIES);
    }
    config
}

#[cfg(test)]
mod tests {
    use tokio_postgres::config::{ChannelBinding, SslMode, TargetSessionAttrs};

    use super::*;

    fn settings(query: &str) -> Settings {
        parse(&format!("postgres://user:s3cret@host:5433/leads?{query}")).unwrap()
    }

    #[test]
    fn the_usual_parameters_of_a_url_work() {
        let Settings { config, tls } = settings("");
        assert_eq!(config.get_ssl_mode(), SslMode::Prefer);
        assert_eq!(tls, TlsSettings::default());
        for (mode, expected) in [
            ("disable", SslMode::Disable),
            ("allow", SslMode::Prefer),
            ("prefer", SslMode::Prefer),
            ("require", SslMode::Require),
            ("verify-ca", SslMode::Require),
            ("verify-full", SslMode::Require),
        ] {
            let Settings { config, tls } = settings(&format!("sslmode={mode}"));
            assert_eq!(config.get_ssl_mode(), expected, "{mode}");
            assert_eq!(tls.ignores_host, mode == "verify-ca");
        }
        let Settings { config, tls } = settings(
            "sslmode=verify-full&sslrootcert=%2Fetc%2Fca%20bundle.pem&sslcert=a.pem&sslkey=b.pem\
             &application_name=forms&connect_timeout=7&keepalives_idle=60&keepalives_count=9\
             &target_session_attrs=primary&channel_binding=require&client_encoding=UTF8\
             &gssencmode=disable&options=-c%20search_path%3Dtelecrm",
        );
        assert_eq!(tls.roots, Some("/etc/ca bundle.pem".into()));
        assert_eq!(tls.client, Some(("a.pem".into(), "b.pem".into())));
        assert_eq!(config.get_application_name(), Some("forms"));
        assert_eq!(config.get_connect_timeout(), Some(&Duration::from_secs(7)));
        assert_eq!(config.get_keepalives_idle(), Duration::from_secs(60));
        assert_eq!(config.get_keepalives_retries(), Some(9));
        assert_eq!(config.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
        assert_eq!(config.get_channel_binding(), ChannelBinding::Require);
        assert_eq!(config.get_options(), Some("-c search_path=telecrm"));
        assert_eq!(config.get_password(), Some(&b"s3cret"[..]));
        assert_eq!(settings("sslrootcert=system").tls.roots, None);
    }

    #[test]
    fn the_error_for_an_unknown_parameter_names_it() {
        for (query, expected) in [
            ("sslmod=require", "sslmod"),
            ("sslmode=full", "sslmode"),
            ("connect_timeout=soon", "connect_timeout"),
            ("application_name=a&pool=3", "pool"),
            ("pool", "pool"),
            ("sslcert=a.pem", "sslkey"),
            ("sslkey=a.pem", "sslcert"),
            ("sslrootcert=%ff", "sslrootcert"),
        ] {
            let error = parse(&format!("postgres://user:s3cret@host/leads?{query}")).err().unwrap();
            let Error::UrlParameter { name } = &error else { panic!("{query}: {error:?}") };
            assert_eq!(name, expected);
            assert!(error.to_string().contains(&format!("`{expected}`")), "{error}");
        }
    }

    #[test]
    fn a_password_that_is_not_percent_encoded_gets_a_hint() {
        for password in ["pa#s3cret", "pa@s3cret", "pa?s3cret", "pa?s3cret=1", "a@b?s3cret=1"] {
            let url = format!("postgres://user:{password}@host/leads");
            let error = parse(&url).err().unwrap();
            assert!(matches!(error, Error::InvalidUrl), "{url}: {error:?}");
            assert!(error.to_string().contains("`%23` for `#`"), "{error}");
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
        }
        let Settings { config, .. } = parse("postgres://user:a%23b%40c%3Fd@host/leads").unwrap();
        assert_eq!(config.get_password(), Some(&b"a#b@c?d"[..]));
    }

    #[test]
    fn connections_have_time_limits_and_a_url_can_change_them() {
        let config = settings("").config;
        assert_eq!(config.get_connect_timeout(), Some(&CONNECT_TIMEOUT));
        assert_eq!(config.get_tcp_user_timeout(), Some(&TCP_USER_TIMEOUT));
        assert!(config.get_keepalives());
        let probes = KEEPALIVE_INTERVAL * KEEPALIVE_RETRIES;
        assert!(config.get_keepalives_idle() + probes < Duration::from_secs(30));
        assert_eq!(config.get_keepalives_interval(), Some(KEEPALIVE_INTERVAL));
        assert_eq!(config.get_keepalives_retries(), Some(KEEPALIVE_RETRIES));
        let config = settings("tcp_user_timeout=5&keepalives_interval=2").config;
        assert_eq!(config.get_tcp_user_timeout(), Some(&Duration::from_secs(5)));
        assert_eq!(config.get_keepalives_interval(), Some(Duration::from_secs(2)));
    }
}
