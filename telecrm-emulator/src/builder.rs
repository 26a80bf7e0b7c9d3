//! Builder of an emulator, and its start.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
    path::PathBuf,
    sync::Arc,
    thread,
    time::Duration,
};

use telecrm_schema::Schema;
use tokio::{runtime::Runtime, sync::oneshot};

use crate::{
    clock::Clock,
    delivery::MAX_DELIVERY_BYTES,
    emulator::Emulator,
    engine::{Engine, Limits, MAX_LEAD_BYTES, Settings},
    error::StartError,
    faults::Faults,
    host_policy::HostPolicy,
    loaded::LoadedSchema,
    queue::MAX_QUEUE_BYTES,
    seed, server,
    team::{self, TeamMember},
    tokens::HOURLY_LIMIT,
};

/// Builder of an [`Emulator`]. A schema is needed; everything else has a default.
#[derive(Clone, Debug)]
#[must_use = "nothing runs before `start`"]
pub struct Builder {
    schema: Option<SchemaSource>,
    enterprise_id: Option<String>,
    host: IpAddr,
    allowed_hosts: Vec<String>,
    port: u16,
    country_code: Option<String>,
    clock: Clock,
    hourly_limit: Option<u32>,
    read_timeout: Duration,
    faults: Faults,
    seed: String,
    limits: Limits,
    team: Vec<TeamMember>,
    lead_ids: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            schema: None,
            enterprise_id: None,
            host: Ipv4Addr::LOCALHOST.into(),
            allowed_hosts: Vec::new(),
            port: 0,
            country_code: None,
            clock: Clock::system(),
            hourly_limit: Some(HOURLY_LIMIT),
            read_timeout: Duration::from_secs(30),
            faults: Faults::none(),
            seed: String::new(),
            limits: Limits {
                deliveries: MAX_DELIVERY_BYTES,
                queue: MAX_QUEUE_BYTES,
                leads: MAX_LEAD_BYTES,
            },
            team: team::made_up(),
            lead_ids: true,
        }
    }
}

#[derive(Clone, Debug)]
enum SchemaSource {
    File(PathBuf),
    Yaml(String),
    Checked(Box<Schema>),
}

impl SchemaSource {
    /// The one place where a schema is read.
    fn read(self) -> Result<Schema, telecrm_schema::Error> {
        match self {
            Self::File(path) => Schema::from_file(path),
            Self::Yaml(yaml) => Schema::from_yaml(&yaml),
            Self::Checked(schema) => Ok(*schema),
        }
    }
}

impl Emulator {
    /// Sets up an emulator.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Builder {
    /// Reads the schema from this file. The last schema given counts.
    pub fn schema_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.schema = Some(SchemaSource::File(path.into()));
        self
    }

    /// Takes the schema from this text. The last schema given counts.
    pub fn schema_yaml(mut self, yaml: impl Into<String>) -> Self {
        self.schema = Some(SchemaSource::Yaml(yaml.into()));
        self
    }

    /// Takes this schema. The last schema given counts.
    pub fn schema(mut self, schema: Schema) -> Self {
        self.schema = Some(SchemaSource::Checked(Box::new(schema)));
        self
    }

    /// Answers for this enterprise, whatever the schema says.
    pub fn enterprise_id(mut self, id: impl Into<String>) -> Self {
        self.enterprise_id = Some(id.into());
        self
    }

    /// Listens on this address, 127.0.0.1 by default.
    ///
    /// Anyone who reaches another address than loopback can read and delete every lead: an
    /// emulator has no secrets. Requests may then call it by any name, unless
    /// [`allow_host`](Self::allow_host) gives names.
    pub fn host(mut self, host: impl Into<IpAddr>) -> Self {
        self.host = host.into();
        self
    }

    /// Accepts this name in the `Host` header, beside the names of this machine and the address
    /// that it listens on. May be called several times.
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.allowed_hosts.push(name.into());
        self
    }

    /// Listens on this port; 0, the default, takes a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The country code that telecrm adds to a phone without one, `91` (India) by default.
    pub fn default_country_code(mut self, code: impl Into<String>) -> Self {
        self.country_code = Some(code.into());
        self
    }

    /// Lives by this clock, [`Clock::system`] by default. Keep a clone to move it.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Accepts this many requests an hour on each Async token, [`HOURLY_LIMIT`] by default, then
    /// answers 429. `None` accepts any number.
    pub fn hourly_limit(mut self, limit: impl Into<Option<u32>>) -> Self {
        self.hourly_limit = limit.into();
        self
    }

    /// Gives a client so long to send the head of a request, and as long for its body: 30 seconds
    /// by default. A connection that has been idle for so long is closed. By the machine's time.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = timeout;
        self
    }

    /// Starts with these faults, and goes back to them when it is reset.
    pub fn faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// Starts with these leads, and goes back to them when it is reset: JSON lines, each a body of
    /// the Async API or a lead as `GET /emulator/leads` lists it. They are no deliveries.
    ///
    /// A line of which telecrm would drop something is an error, but archived statuses and lost
    /// reasons may stand in it, as old leads have them.
    pub fn seed_jsonl(mut self, lines: impl Into<String>) -> Self {
        self.seed = lines.into();
        self
    }

    /// Lets leads own so many bytes in all, [`MAX_LEAD_BYTES`] by default. Anything that would exceed it is
    /// refused with 507.
    pub fn lead_bytes(mut self, bytes: usize) -> Self {
        self.limits.leads = bytes;
        self
    }

    /// Lets requests whose processing is held or delayed own so many bytes in all,
    /// [`MAX_QUEUE_BYTES`] by default. Anything that would exceed it is refused with 503.
    pub fn queue_bytes(mut self, bytes: usize) -> Self {
        self.limits.queue = bytes;
        self
    }

    /// Remembers deliveries of so many bytes in all, [`MAX_DELIVERY_BYTES`] by default. The oldest
    /// are forgotten first; the newest is always there.
    pub fn delivery_bytes(mut self, bytes: usize) -> Self {
        self.limits.deliveries = bytes;
        self
    }

    /// Lists these team members in the Sync API, instead of two made-up ones.
    pub fn team(mut self, members: impl IntoIterator<Item = TeamMember>) -> Self {
        self.team = members.into_iter().collect();
        self
    }

    /// Whether searches of the Sync API answer with the ids of leads, as public integrations find
    /// them (the default), or with `fields` alone, as the documentation shows them.
    pub fn lead_ids(mut self, shown: bool) -> Self {
        self.lead_ids = shown;
        self
    }

    /// Starts the emulator; when this returns, it answers.
    ///
    /// The server has a thread and a runtime of its own, so this works under any executor, and
    /// a test that blocks its thread is answered all the same.
    ///
    /// # Errors
    ///
    /// When the schema, the seed, the country code or the port cannot be used.
    pub async fn start(self) -> Result<Emulator, StartError> {
        let (started, result) = oneshot::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("telecrm-emulator".to_owned())
            .spawn(move || serve(self, started, stopped))
            .map_err(StartError::Server)?;
        match result.await {
            Ok(Ok(engine)) => Ok(Emulator::new(engine, stop, thread)),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(StartError::Server(io::Error::other("the server thread ended early"))),
        }
    }

    /// Everything that can fail, before the first request.
    fn prepare(self) -> Result<(Arc<Engine>, TcpListener), StartError> {
        let schema = self.schema.ok_or(StartError::NoSchema)?;
        let workspace = schema.read().map_err(StartError::Schema)?;
        let enterprise_id = self.enterprise_id.or_else(|| workspace.enterprise_id.clone());
        let enterprise_id = enterprise_id.unwrap_or_else(|| "emulator".to_owned());
        let country_code = self.country_code;
        let loaded = LoadedSchema::new(workspace, &enterprise_id, country_code.as_deref())?;
        let seed = seed::read(&self.seed, &loaded)?;
        let (host, port) = (self.host, self.port);
        let listen = |source| StartError::Listen { host, port, source };
        let listener = TcpListener::bind((host, port)).map_err(listen)?;
        listener.set_nonblocking(true).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let settings = Settings {
            enterprise_id,
            country_code,
            url: format!("http://{}", reachable(address)),
            hosts: HostPolicy { bound: host, allowed: self.allowed_hosts },
            clock: self.clock,
            hourly_limit: self.hourly_limit,
            read_timeout: self.read_timeout,
            faults: self.faults,
            seed,
            limits: self.limits,
            team: self.team,
            lead_ids: self.lead_ids,
        };
        Ok((Arc::new(Engine::new(settings, loaded)), listener))
    }
}

/// The address by which this machine reaches a listener: 0.0.0.0 is every address and none.
fn reachable(bound: SocketAddr) -> SocketAddr {
    match bound.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => (Ipv4Addr::LOCALHOST, bound.port()).into(),
        IpAddr::V6(ip) if ip.is_unspecified() => (Ipv6Addr::LOCALHOST, bound.port()).into(),
        _ => bound,
    }
}

type Started = Result<Arc<Engine>, StartError>;

/// The server thread. It ends, and the port is free, once `stop`'s other end is dropped: the
/// runtime takes every connection with it.
fn serve(builder: Builder, started: oneshot::Sender<Started>, stop: oneshot::Receiver<()>) {
    let (answer, runtime) = match listen(builder) {
        Ok((engine, runtime)) => (Ok(engine), Some(runtime)),
        Err(error) => (Err(error), None),
    };
    let awaited = started.send(answer).is_ok();
    if let (Some(runtime), true) = (runtime, awaited) {
        // Nothing is ever sent: the error says that the emulator was dropped.
        let _ = runtime.block_on(stop);
    }
}

/// Spawns the server onto a runtime that nobody drives yet.
fn listen(builder: Builder) -> Result<(Arc<Engine>, Runtime), StartError> {
    let (engine, listener) = builder.prepare()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(StartError::Server)?;
    let entered = runtime.enter();
    let listener = tokio::net::TcpListener::from_std(listener).map_err(StartError::Server)?;
    runtime.spawn(server::serve(listener, Arc::clone(&engine)));
    drop(entered);
    Ok((engine, runtime))
}
