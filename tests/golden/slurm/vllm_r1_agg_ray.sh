#!/bin/sh
# vllm_r1_agg_ray with the slurm launcher: 16 ranks on 2 node(s), served at http://node1:8000
# the image is not set: export IMAGE=..., or replace IMAGE-NOT-SET
# the nodes' addresses are not known, so VLLM_HOST_IP is left to vLLM
# run without these variables of your own: SLURM_NTASKS*, SLURM_NPROCS*, SLURM_TASKS_PER_NODE*,
#   SLURM_NNODES*, SLURM_CPUS_PER_TASK*, SLURM_CPU_BIND*, SLURM_DISTRIBUTION*,
#   SLURM_EXPORT_ENV*, SLURM_STEP*, SLURM_PROCID*, SLURM_LOCALID*, SLURM_NODEID*, SLURM_GTIDS*,
#   SRUN_*, OMPI_COMM_WORLD_*, PMI*

# etcd, on node1
PYTEST_DYNAMO_RUN=run-1 \
  srun \
  --overlap \
  --container-image IMAGE-NOT-SET \
  --container-mounts /topologies:/mnt \
  --container-env PYTEST_DYNAMO_RUN \
  --verbose \
  --label \
  -A lab \
  -J run-1.etcd \
  --nodelist node1 \
  --nodes 1 \
  --ntasks 1 \
  --ntasks-per-node 1 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  etcd \
  --data-dir /tmp/pytest-dynamo-run-1/etcd \
  --listen-client-urls http://0.0.0.0:2379 \
  --advertise-client-urls http://node1:2379 \
  --listen-peer-urls http://127.0.0.1:2380 \
  --initial-advertise-peer-urls http://127.0.0.1:2380 \
  --initial-cluster default=http://127.0.0.1:2380 >logs/etcd.log 2>&1 &

# nats, on node1
PYTEST_DYNAMO_RUN=run-1 \
  srun \
  --overlap \
  --container-image IMAGE-NOT-SET \
  --container-mounts /topologies:/mnt \
  --container-env PYTEST_DYNAMO_RUN \
  --verbose \
  --label \
  -A lab \
  -J run-1.nats \
  --nodelist node1 \
  --nodes 1 \
  --ntasks 1 \
  --ntasks-per-node 1 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  nats-server -js \
  --port 4222 \
  --store_dir /tmp/pytest-dynamo-run-1/nats >logs/nats.log 2>&1 &

# agg0.ray0, on node1
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  srun \
  --overlap \
  --container-image IMAGE-NOT-SET \
  --container-mounts /topologies:/mnt \
  --container-name run-1-agg0 \
  --container-env PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN \
  --verbose \
  --label \
  -A lab \
  -J run-1.agg0.ray0 \
  --nodelist node1 \
  --nodes 1 \
  --ntasks 1 \
  --ntasks-per-node 1 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  ray start \
  --head \
  --port=6379 \
  --include-dashboard=false \
  --node-manager-port=6380 \
  --disable-usage-stats \
  --block >logs/agg0.ray0.log 2>&1 &

# agg0.ray1, on node2
# after agg0.ray0 accepts connections at node1:6379 and node1:6380
PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  srun \
  --overlap \
  --container-image IMAGE-NOT-SET \
  --container-mounts /topologies:/mnt \
  --container-name run-1-agg0 \
  --container-env PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN \
  --verbose \
  --label \
  -A lab \
  -J run-1.agg0.ray1 \
  --nodelist node2 \
  --nodes 1 \
  --ntasks 1 \
  --ntasks-per-node 1 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  ray start \
  --address=node1:6379 \
  --node-manager-port=6380 \
  --disable-usage-stats \
  --block >logs/agg0.ray1.log 2>&1 &

# agg0, on node1
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222, agg0.ray0 accepts connections at node1:6379 and node1:6380, agg0.ray1 accepts connections at node2:6380
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 RAY_ADDRESS=node1:6379 \
  srun \
  --overlap \
  --container-image IMAGE-NOT-SET \
  --container-mounts /topologies:/mnt \
  --container-name run-1-agg0 \
  --container-workdir /workspace/examples/llm \
  --container-env ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,RAY_ADDRESS \
  --verbose \
  --label \
  -A lab \
  -J run-1.agg0 \
  --nodelist node1 \
  --nodes 1 \
  --ntasks 1 \
  --ntasks-per-node 1 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  dynamo serve graphs.agg:Frontend -f /mnt/engine_configs/dynamo_serve/vllm/multinode_agg_r1.yaml >logs/agg0.log 2>&1 &

wait
