"""Runs the command against the Slurm that Tests/Slurm/run has started, disturbs it, and checks that it ends right, unaided."""

import argparse
import atexit
import glob
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = REPOSITORY + "/.build/static/release/samedge"
SLURM = ["--executor", "slurm", "--poll", "0.3"]
# Stages that take seconds; and one training of a minute or more, its checkpoints a second or so apart.
QUICK = ["run", "--profile", "smoke", "figure/mnist-mlp-*"]
LONG = ["train", "--data", "standin", "--examples", "256", "--test-examples", "16", "--width", "64", "--depth", "4",
        "--learning-rate", "0.1", "--rho", "0.1", "--interval", "250", "--threads", "1", "--output", "result"]


class Project:
    """A project's folder with a store of its own."""

    def __init__(self, name):
        self.root = f"{arguments.cluster}/{name}"
        shutil.rmtree(self.root, ignore_errors=True)
        os.makedirs(self.root + "/data")
        shutil.copy(REPOSITORY + "/data/sources.json", self.root + "/data")
        self.log = self.root + "/log"

    def start(self, *call):
        with open(self.log, "a") as log:
            process = subprocess.Popen([PROGRAM, *call], cwd=self.root, stdout=log, stderr=log, start_new_session=True)
        # Whatever ends this script, nothing goes on after it.
        atexit.register(process.kill)
        return process

    def run(self, *call):
        expect(self.start(*call).wait() == 0, f"samedge {' '.join(call)} failed", self)

    def files(self, *folders):
        found = {}
        for folder in folders:
            for path in glob.glob(f"{self.root}/{folder}/**", recursive=True):
                if os.path.isfile(path):
                    found[os.path.relpath(path, self.root)] = open(path, "rb").read()
        return found

    def objects(self):
        """All results by the digest of their bytes."""
        return {os.path.relpath(p, self.root) for p in glob.glob(self.root + "/.samedge/objects/*/*")}

    def beginnings(self):
        """How often a worker began, by key."""
        return {os.path.basename(path)[:-4]: open(path).read().count(" begins\n")
                for path in glob.glob(self.root + "/.samedge/logs/*.log")}

    def said(self):
        return open(self.log).read()

    def wait_for(self, pattern, seconds=120):
        """Waits until the program has said something."""
        return wait_until(f"the program to say {pattern}", lambda: re.search(pattern, self.said()), self, seconds)


def expect(condition, text, project=None):
    if not condition:
        if project:
            print(project.said()[-4000:], file=sys.stderr)
        sys.exit(f"FAILED {text}")


def wait_until(what, condition, project=None, seconds=120):
    end = time.monotonic() + seconds
    while not (found := condition()):
        expect(time.monotonic() < end, f"waited {seconds} s for {what}", project)
        time.sleep(0.05)
    return found


def slurm(*call):
    return subprocess.run(call, check=True, capture_output=True, text=True).stdout


def jobs(states="all"):
    """The tasks that Slurm still knows: (number, state), of this scenario's jobs."""
    lines = slurm("squeue", "--noheader", "--array", "--me", f"--states={states}", "--format=%i|%T").split()
    found = [tuple(line.split("|")) for line in lines]
    return [job for job in found if int(job[0].split("_")[0]) > first_job]


def begin_scenario():
    """Only jobs after this moment count."""
    global first_job
    first_job = -1
    first_job = max([int(job[0].split("_")[0]) for job in jobs()], default=0)


def local(name, *call):
    """What the local executor makes of a call."""
    project = Project(name)
    project.run(*call)
    return project


def reached(what, figures):
    print(f"{what}: {figures}", flush=True)


# MARK: The scenarios


def same():
    """Every file is the same as the local executor's, and a second run does nothing."""
    expected = local("local", "run", "--profile", "smoke")
    project = Project("same")
    project.run("run", "--profile", "smoke", *SLURM)
    expect(project.files("figures") == expected.files("figures"), "the figures differ from the local executor's", project)
    expect(project.objects() == expected.objects(), "the results differ from the local executor's", project)
    count = len(jobs())
    project.run("run", "--profile", "smoke", *SLURM)
    expect(len(jobs()) == count and "nothing to do" in project.said(), "a second run submits jobs", project)
    reached("smoke profile through Slurm", f"{len(expected.objects())} results and {len(expected.files('figures'))} files "
            f"byte-identical, {count} jobs")


def kills():
    """The controller is killed at random moments: every stage runs once, every job is adopted, the bytes are the same."""
    expected = local("local-quick", *QUICK).objects()
    wanted = 50 if arguments.full else 6
    done = graphs = adopted = 0
    while done < wanted:
        begin_scenario()
        project = Project("kills")
        while True:
            process = project.start(*QUICK, *SLURM)
            try:
                code = process.wait(random.uniform(0, 1.5) if done < wanted else None)
                expect(code == 0, "the run failed", project)
                break
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                done += 1
                adopted += len(jobs("PENDING,RUNNING"))
        expect(project.objects() == expected, "the results differ from the local executor's", project)
        begun = project.beginnings()
        expect(len(begun) > 0 and set(begun.values()) <= {0, 1}, f"stages ran more than once: {begun}", project)
        stages = sum(begun.values())
        expect(len(jobs()) == stages, f"{len(jobs())} jobs for {stages} stages: {jobs()}", project)
        graphs += 1
    reached("controller killed at random moments", f"{done} kills in {graphs} graphs, every stage ran once, "
            f"{adopted} times a job was left and adopted, bytes equal")


def disturbed(name, steps, disturb, *options):
    """A long training that something befalls while it runs: it goes on from its checkpoints to the same bytes."""
    call = [*LONG, "--steps", str(steps)]
    expected = local("local-" + name, *call).files("result")
    project = Project(name)
    process = project.start(*call, *SLURM, *options)
    job = project.wait_for(r"start  train\S* \(job (\S+) runs").group(1)
    disturb(project, job)
    expect(process.wait() == 0, "the run failed", project)
    expect(project.files("result") == expected, "the results differ from the local executor's", project)
    return project


def wait_for_checkpoint(project):
    wait_until("a checkpoint", lambda: glob.glob(project.root + "/.samedge/work/*/checkpoints/snapshots/000250*"), project)


def scancel():
    def disturb(project, job):
        wait_for_checkpoint(project)
        slurm("scancel", job)
        project.wait_for("was cancelled; it goes on in another")
    disturbed("scancel", 3000, disturb)
    reached("scancel", "goes on in another job, bytes equal")


def worker():
    """A worker that is killed, as by an administrator or by the kernel."""
    def disturb(project, job):
        wait_for_checkpoint(project)
        for process in subprocess.run(["pgrep", "-f", "samedge worker .*" + project.root], capture_output=True, text=True).stdout.split():
            os.kill(int(process), signal.SIGKILL)
        project.wait_for("failed.*; it goes on in another")
    disturbed("worker", 3000, disturb)
    reached("killed worker", "goes on in another job, bytes equal")


def limit():
    """A time limit shorter than the work."""
    project = disturbed("limit", 20000, lambda project, job: None, "--time", "1")
    count = len(re.findall("stopped before its time limit|reached its time limit", project.said()))
    expect(count > 0, "no job met its time limit", project)
    reached("time limit of a minute", f"met {count} times, bytes equal")


def drain():
    """A node that is drained while a job runs and another waits, and resumed."""
    def disturb(project, job):
        node = slurm("sinfo", "--noheader", "--format=%n").strip()
        slurm("scontrol", "update", f"nodename={node}", "state=drain", "reason=test")
        project.wait_for(r"measure\S* is job")
        time.sleep(3)
        expect(not re.search(r"start  measure\S* \(job", project.said()), "a job began on a drained node", project)
        slurm("scontrol", "update", f"nodename={node}", "state=resume")
    disturbed("drain", 3000, disturb)
    reached("drained and resumed node", "bytes equal")


def controller():
    """slurmctld stopped for a minute, while a job runs and ends, and when the next is to be submitted."""
    seconds = 60 if arguments.full else 10

    def disturb(project, job):
        subprocess.run([REPOSITORY + "/Tests/Slurm/cluster", "pause-controller", arguments.cluster], check=True)
        time.sleep(seconds)
        subprocess.run([REPOSITORY + "/Tests/Slurm/cluster", "resume-controller", arguments.cluster], check=True)
    project = disturbed("controller", 3000, disturb)
    counts = project.beginnings()
    expect(set(counts.values()) <= {0, 1}, f"stages ran more than once: {counts}", project)
    reached(f"slurmctld stopped for {seconds} s", "every stage ran once, bytes equal")


def plan():
    """The plan names the jobs and the words of sbatch, and submits nothing."""
    project = Project("plan")
    project.run("plan", "--profile", "smoke", *SLURM, "--time", "train=30", "--cores", "1", "--partition", "main")
    said = project.said()
    sizes = [int(last) + 1 for last in re.findall(r"--array=0-(\d+) ", said)]
    expect(re.search(f"{sum(sizes)} jobs in {len(sizes)} arrays, at most .* core-hours by their time limits; nothing is submitted", said),
           "the plan", project)
    expect(max(sizes) == 4 and "--time=30" in said and "--partition=main" in said, "the words of sbatch", project)
    expect(jobs() == [], "the plan submits jobs", project)
    reached("plan", f"{sum(sizes)} jobs in {len(sizes)} arrays, nothing submitted")


def detach():
    """All jobs are submitted at once; without anybody looking after them the figures come; a second call submits nothing."""
    expected = local("local-quick", *QUICK)
    project = Project("detach")
    project.run("plan", *QUICK[1:], *SLURM)
    planned = int(re.search(r"(\d+) jobs in", project.said()).group(1))
    project.run(*QUICK, *SLURM, "--detach")
    count = len(jobs())
    expect(planned >= 8 and count == planned + 1, f"{count} jobs instead of {planned} as planned, and the rest: {jobs()}", project)
    project.run("status")
    expect(re.search(r"(waiting|running) +measure/mnist-mlp/eta=1,rho=0 ", project.said()), "status", project)
    project.run(*QUICK, *SLURM, "--detach")
    expect(len(jobs()) == count + 1, "a second call submits more than the last job again", project)
    wait_until("the jobs to end", lambda: not jobs("PENDING,RUNNING,COMPLETING"), project)
    expect(project.files("figures") == expected.files("figures"), "the figures differ from the local executor's", project)
    expect(project.objects() == expected.objects(), "the results differ from the local executor's", project)
    project.run("status")
    # What was done before the second call is no job of it.
    left = int(re.findall(r"(\d+) stages are jobs", project.said())[-1])
    last = re.fullmatch(r"(\d+) done", project.said().strip().splitlines()[-1])
    expect(last and left + 1 <= int(last.group(1)) <= count, "status after the end", project)
    project.run("status")
    expect("there are no jobs" in project.said(), "status forgets what is over", project)
    project.run("gc")
    reached("detached run", f"{count} jobs at once, bytes equal")


def adopt():
    """A run takes over what a detached one has submitted."""
    expected = local("local-quick", *QUICK).objects()
    project = Project("adopt")
    project.run(*QUICK, *SLURM, "--detach")
    count = len(jobs())
    project.run(*QUICK, *SLURM)
    expect(len(jobs()) == count, f"the run submitted jobs of its own: {jobs()}", project)
    expect(project.objects() == expected, "the results differ from the local executor's", project)
    reached("detached jobs adopted by a run", "no job twice, bytes equal")


def cancel():
    """Cancelled jobs end the run that waits for them; the next run makes them again."""
    expected = local("local-quick", *QUICK).objects()
    project = Project("cancel")
    process = project.start(*QUICK, *SLURM)
    project.wait_for(r"train\S* is job")
    project.run("cancel")
    expect(process.wait() == 1 and "stopped" in project.said(), "the run does not end as stopped", project)
    wait_until("the jobs to go", lambda: not jobs("PENDING,RUNNING,COMPLETING"), project)
    project.run(*QUICK, *SLURM)
    expect(project.objects() == expected, "the results differ from the local executor's", project)
    reached("cancel", "the run ends, the next one completes it, bytes equal")


def interrupt():
    """Ctrl-C leaves the jobs, and the next run adopts them."""
    expected = local("local-quick", *QUICK).objects()
    project = Project("interrupt")
    process = project.start(*QUICK, *SLURM)
    project.wait_for(r"train\S* is job")
    process.send_signal(signal.SIGINT)
    expect(process.wait() == 130 and "jobs go on" in project.said(), "the run is not interrupted", project)
    project.run(*QUICK, *SLURM)
    expect(set(project.beginnings().values()) <= {0, 1}, "stages ran more than once", project)
    expect(project.objects() == expected, "the results differ from the local executor's", project)
    reached("interrupt", "the jobs go on and are adopted, bytes equal")


SCENARIOS = {f.__name__: f for f in [
    plan, same, kills, detach, adopt, cancel, interrupt, scancel, worker, limit, drain, controller]}

signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
parser = argparse.ArgumentParser()
parser.add_argument("--cluster", required=True)
parser.add_argument("--full", action="store_true")
parser.add_argument("scenarios", nargs="*", choices=[[], *SCENARIOS])
arguments = parser.parse_args()
# A time limit cannot be shorter than a minute, which is too long for every change.
for name in arguments.scenarios or [n for n in SCENARIOS if arguments.full or n != "limit"]:
    begin_scenario()
    begun_at = time.monotonic()
    SCENARIOS[name]()
    print(f"  ({name}: {time.monotonic() - begun_at:.0f} s)", flush=True)
