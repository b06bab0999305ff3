//! A link that breaks: HTTP over loopback, with faults that are put in beforehand or drawn from a seed.

use std::collections::VecDeque;
use std::sync::Mutex;

use jicha_device::ports::{Request, Response, ResponseBody, Transport, TransportError};

use crate::http;
use crate::time::Dice;

/// What goes wrong with one exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// There is no connection.
    NoConnection,
    /// The request breaks off after so many bytes.
    CutRequest(usize),
    /// The answer breaks off after so many bytes.
    CutResponse(usize),
    /// The request arrives, the answer is lost, and the request arrives once more.
    Repeat,
    /// The request before this one arrives once more first.
    ReplayEarlier,
    /// The request is held up on the way: the phone gives up, and it arrives only after the next one.
    Delay,
}

/// A phone's connection to the server.
#[derive(Debug)]
pub struct Link {
    client: reqwest::Client,
    planned: Mutex<VecDeque<Fault>>,
    dice: Mutex<Option<(Dice, u64)>>,
    earlier: Mutex<Option<Request>>,
    held_up: Mutex<Option<Request>>,
    /// The bytes of the requests and the responses that passed.
    pub traffic: Mutex<(u64, u64)>,
}

impl Link {
    /// A link that works.
    pub fn good() -> Self {
        Link {
            client: http::client_builder()
                .build()
                .expect("a client without TLS needs nothing"),
            planned: Mutex::default(),
            dice: Mutex::default(),
            earlier: Mutex::default(),
            held_up: Mutex::default(),
            traffic: Mutex::default(),
        }
    }

    /// Lets the next exchanges go wrong in this way, one after the other.
    pub fn plan(&self, faults: impl IntoIterator<Item = Fault>) {
        self.planned
            .lock()
            .expect("no panic under this lock")
            .extend(faults);
    }

    /// From now on about `percent` of the exchanges go wrong, as the seed decides.
    pub fn go_bad(&self, seed: u64, percent: u64) {
        *self.dice.lock().expect("no panic under this lock") = Some((Dice::from_seed(seed), percent));
    }

    /// From now on everything passes.
    pub fn recover(&self) {
        *self.dice.lock().expect("no panic under this lock") = None;
        self.planned.lock().expect("no panic under this lock").clear();
    }

    fn next_fault(&self, request_bytes: usize) -> Fault {
        if let Some(planned) = self.planned.lock().expect("no panic under this lock").pop_front() {
            return planned;
        }
        let mut dice = self.dice.lock().expect("no panic under this lock");
        let Some((dice, percent)) = dice.as_mut() else {
            return Fault::None;
        };
        if !dice.chance(*percent) {
            return Fault::None;
        }
        match dice.below(6) {
            0 => Fault::NoConnection,
            1 => Fault::CutRequest(dice.below(request_bytes as u64 + 1) as usize),
            2 => Fault::CutResponse(dice.below(4000) as usize),
            3 => Fault::Repeat,
            4 => Fault::ReplayEarlier,
            _ => Fault::Delay,
        }
    }

    async fn pass_on(&self, request: &Request) -> Result<reqwest::Response, TransportError> {
        http::request(&self.client, request).send().await.map_err(broken)
    }

    /// Sends the first bytes of a request and then drops the connection in its middle.
    async fn send_cut(&self, request: &Request, length: usize) -> TransportError {
        // The server gets what was sent, and then the end of the connection.
        let outcome = http::send_cut(request, length).await;
        drop(outcome);
        TransportError {
            why: "the link broke while sending".to_owned(),
        }
    }
}

impl Transport for Link {
    type Body = LinkBody;

    async fn send(&self, request: Request) -> Result<Response<LinkBody>, TransportError> {
        let syncs = request.url.ends_with("/api/sync");
        let fault = if syncs {
            self.next_fault(request.body.len())
        } else {
            Fault::None
        };
        let mut left = usize::MAX;
        match fault {
            Fault::None => {}
            Fault::NoConnection => {
                return Err(TransportError {
                    why: "no connection".to_owned(),
                });
            }
            Fault::CutRequest(length) if length < request.body.len() => {
                return Err(self.send_cut(&request, length).await);
            }
            Fault::CutRequest(_) => {}
            Fault::Delay => {
                *self.held_up.lock().expect("no panic under this lock") = Some(request);
                return Err(TransportError {
                    why: "no answer came in time".to_owned(),
                });
            }
            Fault::CutResponse(length) => left = length,
            Fault::Repeat => drop(self.pass_on(&request).await?.bytes().await),
            Fault::ReplayEarlier => {
                let earlier = self.earlier.lock().expect("no panic under this lock").clone();
                if let Some(earlier) = earlier {
                    drop(self.pass_on(&earlier).await?.bytes().await);
                }
            }
        }
        let response = self.pass_on(&request).await?;
        if syncs {
            let held_up = self.held_up.lock().expect("no panic under this lock").take();
            if let Some(held_up) = held_up {
                drop(self.pass_on(&held_up).await?.bytes().await);
            }
        }
        self.traffic.lock().expect("no panic under this lock").0 += request.body.len() as u64;
        *self.earlier.lock().expect("no panic under this lock") = Some(request);
        Ok(Response {
            status: response.status().as_u16(),
            headers: http::headers(&response),
            body: LinkBody { response, left },
        })
    }
}

/// An answer that may break off.
#[derive(Debug)]
pub struct LinkBody {
    response: reqwest::Response,
    left: usize,
}

impl ResponseBody for LinkBody {
    async fn chunk(&mut self) -> Result<Option<Vec<u8>>, TransportError> {
        if self.left == 0 {
            return Err(TransportError {
                why: "the link broke while receiving".to_owned(),
            });
        }
        let Some(chunk) = self.response.chunk().await.map_err(broken)? else {
            return Ok(None);
        };
        let length = chunk.len().min(self.left);
        self.left -= length;
        Ok(Some(chunk[..length].to_vec()))
    }
}

fn broken(error: reqwest::Error) -> TransportError {
    TransportError {
        why: error.to_string(),
    }
}
