#!/bin/sh
# llama4_multimodal_disagg with the slurm launcher: 16 ranks on 4 node(s), served at http://node1:8000
# the image is not set: export IMAGE=..., or replace IMAGE-NOT-SET
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

# frontend, on node1
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 \
  srun \
  --overlap \
  --container-image IMAGE-NOT-SET \
  --container-mounts /topologies:/mnt \
  --container-env ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN \
  --verbose \
  --label \
  -A lab \
  -J run-1.frontend \
  --nodelist node1 \
  --nodes 1 \
  --ntasks 1 \
  --ntasks-per-node 1 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  python3 -m dynamo.frontend \
  --http-port 8000 >logs/frontend.log 2>&1 &

# prefill0, on node1 .. node2 (2 nodes)
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_prefill0 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --container-image IMAGE-NOT-SET \
  --container-mounts /topologies:/mnt \
  --container-env ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,TRTLLM_EPLB_SHM_NAME \
  --verbose \
  --label \
  -A lab \
  -J run-1.prefill0 \
  --nodelist node1,node2 \
  --nodes 2 \
  --ntasks 8 \
  --ntasks-per-node 4 \
  --jobid 4242 \
  --distribution=block \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path meta-llama/Llama-4-Maverick-17B-128E-Instruct \
  --served-model-name meta-llama/Llama-4-Maverick-17B-128E-Instruct \
  --extra-engine-args /mnt/engine_configs/multimodal/llama4/prefill.yaml \
  --disaggregation-mode prefill \
  --disaggregation-strategy decode_first \
  --modality multimodal >logs/prefill0.log 2>&1 &

# decode0, on node3 .. node4 (2 nodes)
# after etcd accepts connections at node1:2379, nats accepts connections at node1:4222
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 NATS_SERVER=nats://node1:4222 \
  PYTEST_DYNAMO_RUN=run-1 PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_decode0 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --container-image IMAGE-NOT-SET \
  --container-mounts /topologies:/mnt \
  --container-env ETCD_ENDPOINTS,NATS_SERVER,DYN_SDK_DISABLE_ANSI_LOGGING,PYTHONUNBUFFERED,PYTEST_DYNAMO_RUN,TRTLLM_EPLB_SHM_NAME \
  --verbose \
  --label \
  -A lab \
  -J run-1.decode0 \
  --nodelist node3,node4 \
  --nodes 2 \
  --ntasks 8 \
  --ntasks-per-node 4 \
  --jobid 4242 \
  --distribution=block \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path meta-llama/Llama-4-Maverick-17B-128E-Instruct \
  --served-model-name meta-llama/Llama-4-Maverick-17B-128E-Instruct \
  --extra-engine-args /mnt/engine_configs/multimodal/llama4/decode.yaml \
  --disaggregation-mode decode \
  --disaggregation-strategy decode_first \
  --modality multimodal >logs/decode0.log 2>&1 &

wait
