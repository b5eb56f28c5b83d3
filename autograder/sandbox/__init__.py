"""Confinement: how student code is run where it can neither read, change nor outlive anything.

Two objects stand between whoever asks (`judging.remote_student`, say) and a forked process, and one beside them:

    RetryingSession              one submission, whatever it does: made anew where a process was lost
      └ RemoteSession            one confined process: runs the cells, then is forked for each question
          │ frames of worker.wire, a socket to the process and one to its fork; ResourceMonitor polls meanwhile
          ├──────────────────────────────────────> worker.session, confined by worker.confinement
          │                                          └ its fork: worker.probing answers a question's probes
          └ ForkServer           one warm parent: prepares, opens and closes processes for sessions
              │ packets on a control socket
              └ ServerProcess ───────────────────> worker.server: has torch loaded, runs no student's code

What a session asks goes straight to its process; the fork server is asked when one begins or ends. Its process is an
object of its own because it is started before this process has torch, which the wire needs: see `early_start`.
"""
