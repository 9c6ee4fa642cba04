#!/bin/sh
# local_agg with the slurm launcher: 2 ranks on 1 node(s), served at http://node1:8000
# run without these variables of your own: SLURM_NTASKS*, SLURM_NPROCS*, SLURM_TASKS_PER_NODE*,
#   SLURM_NNODES*, SLURM_CPUS_PER_TASK*, SLURM_CPU_BIND*, SLURM_DISTRIBUTION*,
#   SLURM_EXPORT_ENV*, SLURM_STEP*, SLURM_PROCID*, SLURM_LOCALID*, SLURM_NODEID*, SLURM_GTIDS*,
#   SRUN_*, OMPI_COMM_WORLD_*, PMI*

# etcd, on node1
PYTEST_DYNAMO_RUN=run-1 \
  srun \
  --overlap \
  --chdir /home/me/checkout \
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
  /usr/bin/etcd \
  --data-dir /runs/run-1/etcd \
  --listen-client-urls http://0.0.0.0:2379 \
  --advertise-client-urls http://node1:2379 \
  --listen-peer-urls http://127.0.0.1:2380 \
  --initial-advertise-peer-urls http://127.0.0.1:2380 \
  --initial-cluster default=http://127.0.0.1:2380 >logs/etcd.log 2>&1 &

# frontend, on node1
# after etcd accepts connections at node1:2379
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 PYTEST_DYNAMO_RUN=run-1 \
  PYTHONUNBUFFERED=1 \
  srun \
  --overlap \
  --chdir /home/me/checkout \
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

# agg0, on node1
# after etcd accepts connections at node1:2379
DYN_SDK_DISABLE_ANSI_LOGGING=1 ETCD_ENDPOINTS=node1:2379 PYTEST_DYNAMO_RUN=run-1 \
  PYTHONUNBUFFERED=1 TRTLLM_EPLB_SHM_NAME=moe_shared_run-1_agg0 \
  srun \
  --mpi pmix \
  --oversubscribe \
  --chdir /home/me/checkout \
  --verbose \
  --label \
  -A lab \
  -J run-1.agg0 \
  --nodelist node1 \
  --nodes 1 \
  --ntasks 2 \
  --ntasks-per-node 2 \
  --jobid 4242 \
  --kill-on-bad-exit=1 \
  --input=none \
  --export=ALL \
  env CUDA_VISIBLE_DEVICES=0,1 trtllm-llmapi-launch python3 -m dynamo.trtllm \
  --model-path deepseek-ai/DeepSeek-R1-Distill-Llama-8B \
  --served-model-name deepseek-ai/DeepSeek-R1-Distill-Llama-8B \
  --extra-engine-args /topologies/engine_configs/local/agg.yaml \
  --disaggregation-mode agg >logs/agg0.log 2>&1 &

wait
